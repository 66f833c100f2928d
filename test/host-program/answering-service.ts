import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";

interface Heard {
  method: string;
  /** Under /api/v3, without its query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface TestAnswer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

/** Undefined: it never answers. */
type Answering = (heard: Heard) => TestAnswer | undefined;

/** The service as a test wants it to answer: the program reaches it over HTTP, as it does the real one. */
export interface AnsweringService {
  url: string;
  /** What it was sent, in order. */
  heard: Heard[];
  answer: Answering;
}

export const refusal = (status: number, code: string): TestAnswer => ({
  status,
  body: { code, message: `refused: ${code}` },
});

/** Closed when the test is over. */
export const answeringService = async (answer: Answering): Promise<AnsweringService> => {
  const service: AnsweringService = { url: "", heard: [], answer };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://service");
      const heard: Heard = {
        method: request.method ?? "",
        path: decodeURIComponent(pathname.replace("/api/v3", "")),
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(parts),
      };
      service.heard.push(heard);
      const answered = service.answer(heard);
      if (answered)
        response
          .writeHead(answered.status, { "x-request-id": "1", ...answered.headers })
          .end(JSON.stringify(answered.body ?? {}));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  service.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return service;
};
