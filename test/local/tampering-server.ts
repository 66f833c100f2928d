import { createServer } from "node:http";
import { text } from "node:stream/consumers";

interface PassedAnswer {
  path: string;
  status: number;
  body: string;
}

/** Changes an answer on its way. */
type Tampering = (answer: PassedAnswer) => { status: number; body: string };

/** What the demo must notice: wrong answers, by what is wrong, with what it then prints. */
export const TAMPERINGS: [string, Tampering, RegExp][] = [
  [
    "a second RUNNING were taken",
    ({ status, body }) => (status === 409 ? { status: 200, body } : { status, body }),
    /status: expected 409, came 200/,
  ],
  [
    "the due job were not handed out",
    ({ path, status, body }) => ({ status, body: path.includes("/jobs?") ? "[]" : body }),
    /expected a list with the job .*, came \[\]/,
  ],
  [
    "a status were another than reported",
    ({ status, body }) => ({ status, body: body.replace('"COMPLETED"', '"FAILED"') }),
    /status: expected "COMPLETED", came "FAILED"/,
  ],
  [
    "a field were missing",
    ({ status, body }) => ({ status, body: body.replace(/"mac_address":"[^"]*",/, "") }),
    /expected the fields .*mac_address.*; came (?!.*mac_address)/,
  ],
];

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
