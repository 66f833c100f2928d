import { connect } from "node:net";
import { type SeedSample, samplePath } from "../seed-samples.ts";

export interface RawAnswer {
  status: number;
  contentType: string | undefined;
  body: unknown;
}

/** A sample as printed, with Host, Authorization and ids in place, and the length of its body, which the print leaves out. */
const written = (
  sample: SeedSample,
  { ids, host, token }: { ids: Record<string, number>; host: string; token: string },
): string => {
  const { body = "" } = sample;
  const headers = [
    ["Host", host],
    ["Authorization", token],
    ...sample.headers,
    ...(body === "" ? [] : [["Content-Length", String(Buffer.byteLength(body))]]),
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${sample.method} ${samplePath(sample, ids)} HTTP/1.1\r\n${lines}\r\n${body}`;
};

/** The answer in the bytes received so far; undefined while it is not complete. */
const readAnswer = (came: string): RawAnswer | undefined => {
  const headEnd = came.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = came.slice(0, headEnd).split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = Buffer.from(came.slice(headEnd + 4), "latin1");
  const length = headers.get("content-length");
  if (length === undefined) throw new Error(`an answer without a length: ${came}`);
  if (rest.length < Number(length)) return undefined;
  return {
    status: Number(statusLine.split(" ")[1]),
    contentType: headers.get("content-type"),
    body: JSON.parse(rest.toString("utf8")),
  };
};

/** Sends a sample to the local server byte for byte, without an HTTP client that would change it. */
export const sendSample = (
  port: number,
  token: string,
  { sample, ids }: { sample: SeedSample; ids: Record<string, number> },
): Promise<RawAnswer> =>
  new Promise((answered, failed) => {
    let came = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(written(sample, { ids, host: `127.0.0.1:${port}`, token })),
    );
    socket.setTimeout(30_000, () => socket.destroy(new Error(`no whole answer came: ${came}`)));
    socket.on("error", failed);
    socket.on("close", () => failed(new Error(`the connection closed: ${came}`)));
    socket.on("data", (data) => {
      came += data.toString("latin1");
      try {
        const answer = readAnswer(came);
        if (answer) answered(answer);
        else return;
      } catch (error) {
        failed(error);
      }
      socket.destroy();
    });
  });
