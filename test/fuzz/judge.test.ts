import { beforeAll, expect, test } from "vitest";
import type { Answer } from "../world.ts";
import { type Operation, readDocument } from "./document.ts";
import { judge, MAX_MS } from "./judge.ts";

const ID = "0b0f2f5e-6f0a-4c55-8d3c-0a4f1f0d7f11";
const REFUSAL = { message: "there is no project 7", code: "not_found", request_id: ID };
const PROJECT = { id: 7, name: "x" };

let operations: Operation[] = [];
beforeAll(async () => {
  operations = await readDocument();
});

const requestOf = (method = "GET", path = "/api/v3/projects/7") =>
  new Request(`https://muster.test${path}`, { method });

const answerOf = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Headers({
    "content-type": "application/json",
    "x-request-id": ID,
    "x-qtest-request-id": ID,
    ...headers,
  }),
  text: body === undefined ? "" : JSON.stringify(body),
  body,
});

test.each([
  ["what was asked for", requestOf(), answerOf(200, PROJECT)],
  ["it under the context path", requestOf("GET", "/tc//api/v3/projects/7?a=b"), answerOf(200, PROJECT)],
  ["a refusal", requestOf(), answerOf(404, REFUSAL)],
  ["a refused HEAD, without a body", requestOf("HEAD"), answerOf(404, undefined)],
])("is passed: %s", (_, request, answer) => {
  expect(() => judge(operations, request, { answer, tookMs: 1 })).not.toThrow();
});

test.each<[string, Answer, Request?, number?]>([
  ["a bug", answerOf(500, { ...REFUSAL, code: "internal" })],
  ["storage that is away", answerOf(503, { ...REFUSAL, code: "unavailable" })],
  ["a slow answer", answerOf(200, PROJECT), requestOf(), MAX_MS],
  ["an answer without its id", answerOf(200, PROJECT, { "x-request-id": "" })],
  ["an answer with two ids", answerOf(200, PROJECT, { "x-qtest-request-id": REFUSAL.code })],
  ["a refusal without a body", answerOf(404, undefined)],
  ["a refusal in another shape", answerOf(404, { error: "no" })],
  ["a refusal of another request", answerOf(404, { ...REFUSAL, request_id: ID.replace("0", "1") })],
  ["a refusal that is no JSON", answerOf(404, REFUSAL, { "content-type": "text/plain" })],
  ["a status that is not in the document", answerOf(201, PROJECT)],
  ["a redirect", answerOf(302, PROJECT)],
  ["a field that is not in the document", answerOf(200, { ...PROJECT, secret: "x" })],
  ["a field of another type", answerOf(200, { ...PROJECT, id: "7" })],
  ["a good answer that is no JSON", answerOf(200, PROJECT, { "content-type": "text/html" })],
  ["what no path of the document does", answerOf(200, PROJECT), requestOf("GET", "/api/v3/else")],
  ["what no method of the path does", answerOf(200, PROJECT), requestOf("PATCH")],
  ["a body for HEAD", answerOf(200, PROJECT), requestOf("HEAD")],
  ["the storage's words", answerOf(400, { ...REFUSAL, message: "D1_ERROR: near x" })],
  ["a stack", answerOf(400, { ...REFUSAL, message: "no\n    at f (file:///a.js:1:2)" })],
])("is not passed: %s", (_, answer, request = requestOf(), tookMs = 1) => {
  expect(() => judge(operations, request, { answer, tookMs })).toThrow();
});
