import { describe, expect, test } from "vitest";
import { type Ready, World } from "../world.ts";
import { refusalIn } from "./refusals.ts";
import { rowCounts } from "./rows.ts";

const gzipped = async (bytes: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
  const packed = new Response(bytes).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
};

const LIMIT = 1024 * 1024;
const GZIP = { "Content-Encoding": "gzip", "Content-Type": "application/json" };

const withLength = (body: Uint8Array, headers: Record<string, string>) => ({
  headers: { ...headers, "Content-Length": String(body.byteLength) },
});

describe("A body packed by gzip", () => {
  test("is read as the same body unpacked, with and without a Content-Length, under either name of it", async () => {
    const world = new World();
    const body = await gzipped(JSON.stringify({ name: "Packed" }));
    for (const headers of [
      GZIP,
      { "Content-Encoding": "x-gzip" },
      { "Content-Encoding": "identity, GZip" },
    ]) {
      expect(await world.post("/api/v3/projects", body, { headers })).toMatchObject({
        status: 201,
        body: { name: "Packed" },
      });
      expect((await world.post("/api/v3/projects", body, withLength(body, headers))).status).toBe(201);
    }
  });

  test("is accepted for a ping, by the object or the routes, and for a report of tests", async () => {
    const world = new World();
    const { projectId, hostId, guid } = await world.ready();
    const token = await world.token("host");
    const ping = await gzipped(JSON.stringify({ host_guid: guid }));
    for (const _ of [1, 2, 3]) {
      const heard = await world.post(`/api/v3/automation/hosts/${hostId}/ping`, ping, {
        token,
        headers: GZIP,
      });
      expect(heard).toMatchObject({ status: 200, body: { pong_message: "true" } });
    }
    const report = await gzipped('<testsuite name="s"><testcase classname="c" name="n"/></testsuite>');
    const headers = { "Content-Encoding": "gzip", "Content-Type": "application/xml" };
    const path = `/api/v3/projects/${projectId}/automation/test-runs`;
    expect((await world.post(path, report, { headers })).status).toBe(201);
  });

  test("is a 413 if it unpacks to more than the limit, and is accepted at the limit", async () => {
    const world = new World();
    const before = await rowCounts();
    const over = await gzipped(JSON.stringify({ name: "x" }).padEnd(LIMIT + 1));
    expect(over.byteLength).toBeLessThan(10_000);
    for (const headers of [GZIP, withLength(over, GZIP).headers]) {
      const refusal = refusalIn(await world.post("/api/v3/projects", over, { headers }), 413);
      expect(refusal.message).toContain(String(LIMIT));
    }
    const bomb = await gzipped(new Uint8Array(64 * LIMIT));
    refusalIn(await world.post("/api/v3/projects", bomb, { headers: GZIP }), 413);
    expect(await rowCounts()).toEqual(before);
    const full = await gzipped(JSON.stringify({ name: "x" }).padEnd(LIMIT));
    expect((await world.post("/api/v3/projects", full, { headers: GZIP })).status).toBe(201);
  });

  test("is a 400 that says so if it is not gzip or is cut short, and no body if it is empty", async () => {
    const world = new World();
    const whole = await gzipped(JSON.stringify({ name: "Cut" }));
    for (const body of [JSON.stringify({ name: "Plain" }), whole.slice(0, whole.byteLength - 9)]) {
      const { message } = refusalIn(await world.post("/api/v3/projects", body, { headers: GZIP }), 400);
      expect(message).toBe("body must be gzip, as its Content-Encoding says; it is not, or is cut short");
    }
    const { projectId, hostId, agentId } = await world.ready();
    const path = `/api/v3/projects/${projectId}/automation/hosts/${hostId}/agents/${agentId}/activate`;
    expect((await world.post(path, "", { headers: GZIP })).status).toBe(200);
  });
});

test("A body that is not the gzip it claims is refused after a 401, a 403 and a 404, with the other errors", async () => {
  const world = new World();
  const { projectId, hostId, guid } = await world.ready();
  const host = await world.token("host");
  const runs = `/api/v3/projects/${projectId}/automation/test-runs`;
  const elsewhere = "/api/v3/projects/999999999/automation/test-runs";
  const send = (path: string, headers: Record<string, string>, token?: string | null) =>
    world.post(path, "no gzip", {
      headers: { ...GZIP, ...headers },
      ...(token === undefined ? {} : { token }),
    });
  for (const type of ["application/json", "application/xml", "application/octet-stream", "text/csv"]) {
    const headers = { "Content-Type": type };
    refusalIn(await send(runs, headers, null), 401);
    refusalIn(await send(runs, headers, host), 403);
    expect(refusalIn(await send(elsewhere, headers), 404).message).toContain("no project");
    expect(refusalIn(await send(runs, headers), 400).message).toMatch(/^body must be gzip/);
  }
  expect(refusalIn(await send(`${runs}?cotent=x`, {}), 400).message).toMatch(/^body must be gzip.*; cotent /);
  refusalIn(await send("/api/v3/automation/hosts/999999999/ping", {}, host), 404);
  expect(refusalIn(await send(`/api/v3/automation/hosts/${hostId}/ping`, {}, host), 400).message).toMatch(
    /gzip/,
  );
  expect(await world.ping(hostId, guid)).toMatchObject({ status: 200 });
});

test("A body of any other coding is a 415 that names it, before a 404 and a 400", async () => {
  const world = new World();
  for (const coding of ["br", "deflate", "zstd", "gzip, gzip"]) {
    for (const path of [
      "/api/v3/projects",
      "/api/v3/projects/999999999/automation/test-runs",
      "/oauth/token",
    ]) {
      const answer = await world.post(path, "{", { headers: { "Content-Encoding": coding } });
      const refusal = refusalIn(answer, 415);
      expect(refusal.code).toBe("unsupported_coding");
      expect(refusal.message).toContain(`Content-Encoding is "${coding}"`);
      expect(refusal.message).toContain("gzip");
    }
  }
});

const MULTIPART =
  '--X\r\nContent-Disposition: form-data; name="file"; filename="r.xml"\r\n\r\n<testsuite/>\r\n--X--\r\n';
const testRuns = ({ projectId }: Ready) => `/api/v3/projects/${projectId}/automation/test-runs`;

describe("A body that is not JSON", () => {
  const SENT: [type: string, body: string | Uint8Array][] = [
    ["multipart/form-data; boundary=X", MULTIPART],
    ["application/json", MULTIPART],
    ["application/gzip", new Uint8Array([0x1f, 0x8b, 0x08, 0xff])],
    ["application/x-other", "-1x"],
    ["application/x-www-form-urlencoded", "name=x&id=1"],
    ["application/x-www-form-urlencoded", "<testsuite/>"],
    ["text/plain", "hello"],
  ];

  test.each(SENT)("as %s is refused with the Content-Type that the call takes: %j", async (type, body) => {
    const world = new World();
    const ready = await world.ready();
    const headers = { "Content-Type": type };
    const shown = type === "application/json" ? "multipart/form-data" : (type.split(";")[0] ?? "");
    const plain = refusalIn(await world.post("/api/v3/projects", body, { headers }), 400);
    expect(plain.code).toBe("malformed_json");
    expect(plain.message).toContain(`its Content-Type is "${shown}"`);
    expect(plain.message).toMatch(/; this call takes Content-Type: application\/json$/);
    const file = refusalIn(await world.post(testRuns(ready), body, { headers }), 400);
    expect(file.message).toMatch(
      /takes Content-Type: application\/json or application\/xml or application\/octet-stream or text\/csv$/,
    );
    for (const { message } of [plain, file]) expect(message).not.toMatch(/minus|token|JSON at/i);
  });

  test("is refused with the place of its error if it was meant as JSON, whatever its type", async () => {
    const world = new World();
    for (const type of [
      "application/json; charset=utf-8",
      "application/x-www-form-urlencoded",
      "text/plain",
    ]) {
      const answer = await world.post("/api/v3/projects", '{"name": x}', {
        headers: { "Content-Type": type },
      });
      expect(refusalIn(answer, 400).message).toMatch(/^the body is not JSON: .*x/);
    }
  });

  test("is refused with the other types of a call that takes files", async () => {
    const world = new World();
    const headers = { "Content-Type": "application/json" };
    const answer = await world.post(testRuns(await world.ready()), "<testsuite/>", { headers });
    expect(refusalIn(answer, 400).message).toContain(
      "a Content-Type of application/xml or application/octet-stream or text/csv",
    );
  });

  test("is refused with the hint that the call takes no body", async () => {
    const world = new World();
    const { projectId, agentId } = await world.ready();
    const { id } = await world.schedule(projectId, agentId);
    const path = `/api/v3/projects/${projectId}/automation/schedules/${id}/cancel`;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const { message } = refusalIn(await world.post(path, "a=b", { headers }), 400);
    expect(message).toMatch(/; this call takes no body$/);
  });
});

test("A body that is missing or of another type is refused by our own message", async () => {
  const world = new World();
  const ready = await world.ready();
  const messageOf = async (path: string, body?: string) =>
    refusalIn(await world.post(path, body), 400).message;
  expect(await messageOf("/api/v3/projects")).toBe("body is required: it must be an object in JSON");
  expect(await messageOf("/api/v3/projects", "[]")).toBe("body must be an object in JSON");
  expect(await messageOf(testRuns(ready))).toBe(
    "body is required: it must be a list of 1 to 5000 test runs; a report in JSON is sent as application/octet-stream",
  );
  expect(await messageOf(testRuns(ready), "[7]")).toBe("[0] must be an object");
  expect(await messageOf("/api/v3/automation/host", " ")).toBe(
    "body is required: it must be an object in JSON",
  );
});
