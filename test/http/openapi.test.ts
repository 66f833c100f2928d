import { expect, test } from "vitest";
import { z } from "zod";
import { createApp } from "../../src/app.ts";
import { ANSWER_HEADERS, requestHeaders } from "../../src/http/declared-headers.ts";
import { World } from "../world.ts";
import { dereferenced } from "./dereferenced.ts";

const described = z
  .record(z.string(), z.looseObject({ schema: z.looseObject({}) }))
  .refine((types) => Object.keys(types).length > 0);

const operation = z.looseObject({
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      in: z.enum(["path", "query", "header"]),
      required: z.boolean(),
      schema: z.looseObject({}),
    }),
  ),
  requestBody: z.looseObject({ description: z.string().optional(), content: described }).optional(),
  responses: z.record(
    z.string().regex(/^(101|[2-5]\d\d)$/),
    z.looseObject({
      description: z.string().min(1),
      headers: z
        .record(z.string(), z.looseObject({ description: z.string().min(1), schema: z.looseObject({}) }))
        .optional(),
      content: described.optional(),
    }),
  ),
});

const document = z.object({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().regex(/^\d+\.\d+\.\d+/) }),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "put", "post", "delete"]), operation),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

const read = async () =>
  document.parse(dereferenced((await new World().get("/openapi.json", { token: null })).body));

const operationsOf = ({ paths }: z.output<typeof document>) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      described,
    })),
  );

/** The API routes of the router: middleware is registered for ALL. */
const routed = (): string[] =>
  createApp(Date.now)
    .routes.filter(
      ({ method, path }) =>
        method !== "ALL" && /^(\/tc)?\/(api\/v3|oauth|api\/login|health|metrics|badges)/.test(path),
    )
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`);

test("/openapi.json equals the router's own list of API routes, each once", async () => {
  const listed = operationsOf(await read()).map(({ name }) => name);
  const unique = new Set(routed());
  expect(unique.size).toBeGreaterThan(20);
  expect(listed.toSorted()).toEqual([...unique].toSorted());
  expect(listed.filter((name) => name.includes("/tc/"))).toEqual([]);
});

test("/openapi.json is a 3.1 document that anyone may read, and says which calls take a token", async () => {
  const described = operationsOf(await read());
  expect(described.find(({ name }) => name === "GET /health")?.described.security).toEqual([]);
  for (const {
    name,
    path,
    described: { security, responses },
  } of described) {
    const takesToken = /^\/(api\/v3|metrics)/.test(path);
    expect(security, name).toEqual(takesToken ? [{ token: [] }] : []);
    expect(
      Object.keys(responses).some((status) => /^[12]/.test(status)),
      name,
    ).toBe(true);
    expect(Object.keys(responses), name).toEqual(
      expect.arrayContaining(
        takesToken ? ["400", "401", "403", "404", "409", "413", "415", "429", "503"] : ["503"],
      ),
    );
  }
});

test("/openapi.json names each id of a path as a parameter, and no other", async () => {
  for (const { name, path, described } of operationsOf(await read())) {
    const inPath = described.parameters
      .filter((parameter) => parameter.in === "path")
      .map((parameter) => parameter.name);
    expect(inPath, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, id]) => id));
  }
});

test("/openapi.json says of each parameter what the call checks: ids, the caller's headers, the query", async () => {
  const described = operationsOf(await read());
  const parametersOf = (called: string, part: string) =>
    described
      .find(({ name }) => name === called)
      ?.described.parameters.filter((parameter) => parameter.in === part)
      .map(({ name, schema }) => [name, schema.type, schema.maxLength ?? schema.maximum]);
  const jobs = "/api/v3/projects/{project}/automation/jobs";
  expect(parametersOf(`GET ${jobs}/{job}`, "path")).toEqual([
    ["project", "integer", 999_999_999_999_999],
    ["job", "integer", 999_999_999_999_999],
  ]);
  const key = [
    ["Idempotency-Key", "string", 255],
    ["x-qtest-nonce", "string", 255],
  ];
  const running = ["Jobs-Running", "string", undefined];
  expect(parametersOf(`POST ${jobs}/{job}/rerun`, "header")).toEqual([
    ...key,
    ["traceparent", "string", undefined],
    ["tracestate", "string", undefined],
  ]);
  expect(parametersOf("GET /api/v3/automation/hosts/{host}/jobs", "header")).toEqual([
    ...key,
    ["Lease-Owner", "string", 255],
    running,
  ]);
  expect(parametersOf("POST /api/v3/automation/hosts/{host}/ping", "header")).toEqual([running]);
  expect(parametersOf(`GET ${jobs}`, "header")).toEqual([]);
  expect(parametersOf("GET /api/v3/projects", "query")).toEqual([
    ["limit", "integer", 1000],
    ["after", "integer", undefined],
  ]);
});

test("/openapi.json has every $ref resolve", async () => {
  const { text, body } = await new World().get("/openapi.json");
  const refs = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? "");
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of new Set(refs)) {
    const target = ref
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((value, key) => z.record(z.string(), z.unknown()).parse(value)[key], body);
    expect(target, ref).toBeTypeOf("object");
  }
});

test("/openapi.json describes the seed's bodies by their fields", async () => {
  const { paths } = await read();
  const schema = z
    .looseObject({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) })
    .parse(paths["/api/v3/automation/host"]?.post?.requestBody?.content["application/json"]?.schema);
  const fields = ["host_name", "ip_address", "mac_address", "host_guid"];
  expect(Object.keys(schema.properties)).toEqual([...fields, "version", "labels"]);
  expect(schema.required).toEqual(fields);
});

test("/openapi.json has the headers of ours with the calls that read and answer them", async () => {
  const operations = operationsOf(await read());
  const reading = (header: string) =>
    operations
      .filter(({ described }) => described.parameters.some(({ name }) => name === header))
      .map(({ name }) => name);
  const answering = (header: string) =>
    operations
      .filter(({ described }) =>
        Object.values(described.responses).some(({ headers = {} }) => header in headers),
      )
      .map(({ name }) => name);
  const poll = "GET /api/v3/automation/hosts/{host}/jobs";
  const ping = "POST /api/v3/automation/hosts/{host}/ping";
  const register = ["POST /api/v3/automation/host", "POST /api/v3/automation/hosts"];
  const report = "PUT /api/v3/projects/{project}/automation/jobs/{job}/status";
  const schedules = "/api/v3/projects/{project}/automation/schedules";
  const beginning = [
    `POST ${schedules}`,
    `POST ${schedules}/{schedule}/run-now`,
    "POST /api/v3/automation/jobs/schedule/create",
    "POST /api/v3/projects/{project}/automation/jobs/{job}/rerun",
  ];
  // Sent again, it gives another ticket.
  const ticket = "POST /api/v3/automation/hosts/{host}/socket-ticket";
  const keyed = operations
    .map(({ name }) => name)
    .filter((name) => name === poll || (/^(?!GET).* \/api\/v3/.test(name) && ![ping, ticket].includes(name)));
  expect(Object.fromEntries(Object.keys(requestHeaders.shape).map((name) => [name, reading(name)]))).toEqual({
    "Idempotency-Key": keyed,
    "x-qtest-nonce": keyed,
    "Lease-Owner": [poll, report],
    "Jobs-Running": [ping, poll],
    traceparent: beginning,
    tracestate: beginning,
  });
  expect(Object.fromEntries(Object.keys(ANSWER_HEADERS).map((name) => [name, answering(name)]))).toEqual({
    "Lease-Expires": [poll],
    "Jobs-Held": [poll],
    "Jobs-Left": [poll],
    "Jobs-Outside": [poll],
    "Cancel-Requested": [ping, poll, "POST /api/v3/automation/hosts/{host}/leases"],
    "Export-Cut": ["GET /api/v3/projects/{project}/automation/jobs/{job}/exports/{form}"],
    "File-Bytes": ["GET /api/v3/automation/export/file"],
    "File-Etag": ["GET /api/v3/automation/export/file"],
    "Host-Token": register,
    "Log-End": ["GET /api/v3/projects/{project}/automation/jobs/{job}/log"],
    "Import-Summary": ["POST /api/v3/projects/{project}/automation/test-runs"],
    Link: operations
      .filter(({ described }) => described.parameters.some(({ name }) => name === "after"))
      .map(({ name }) => name),
    "Retry-After": operations.map(({ name }) => name),
  });
  expect(answering("Link").length).toBeGreaterThan(10);
  expect(answering("x-request-id")).toEqual(operations.map(({ name }) => name));
});

test("/openapi.json says of each body in JSON that its type is not looked at and that it may be packed", async () => {
  const bodies = operationsOf(await read()).flatMap(({ path, described: { requestBody } }) =>
    requestBody && path.startsWith("/api/v3") ? [requestBody.description] : [],
  );
  expect(bodies.length).toBeGreaterThan(10);
  for (const description of bodies)
    expect(description).toMatch(/whatever the Content-Type .* Content-Encoding: gzip/);
});

test("/openapi.json allows other fields in the vendor's bodies only", async () => {
  const { paths } = await read();
  const schemaOf = (path: string) =>
    paths[path]?.post?.requestBody?.content["application/json"]?.schema.additionalProperties;
  expect(schemaOf("/api/v3/projects/{project}/automation/schedules")).toBe(false);
  expect(schemaOf("/api/v3/automation/jobs/schedule/create")).toBeUndefined();
});

test("/health answers 200 with the version when the database answers, with no token", async () => {
  const { info } = await read();
  const answer = await new World().get("/health", { token: null });
  expect(answer).toMatchObject({ status: 200, body: { status: "ok", version: info.version } });
});
