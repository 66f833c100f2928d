import { createServer } from "node:http";
import { text } from "node:stream/consumers";

interface PassedAnswer {
  path: string;
  status: number;
  body: string;
}

/** Changes an answer on its way. */
export type Tampering = (answer: PassedAnswer) => { status: number; body: string };

/** A server that passes every request on to `target`, and back what the tampering makes of the answer. */
export const tamperingServer = (
  target: string,
  tampering: Tampering,
): Promise<{ address: string; close: () => void }> =>
  new Promise((ready) => {
    const server = createServer(async (request, response) => {
      const { url = "/", method = "GET", headers } = request;
      const body = await text(request);
      const passed = await fetch(`${target}${url}`, {
        method,
        headers: {
          Authorization: headers.authorization ?? "",
          "Lease-Owner": String(headers["lease-owner"] ?? "nobody"),
        },
        ...(body === "" ? {} : { body }),
      });
      const answer = tampering({ path: url, status: passed.status, body: await passed.text() });
      response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
    });
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      ready({ address: `http://127.0.0.1:${port}`, close });
    });
  });
