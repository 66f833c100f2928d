import type { Mutant } from "../mutants/mutant.ts";

const KEYS = "test/http/keys.test.ts";
const REPEATS = "test/http/repeats.test.ts";
const HEADERS = "test/http/headers.test.ts";
const UNKNOWN_NAMES = "test/http/unknown-names.test.ts";
const ERRORS = "test/http/errors.test.ts";
const BAD_INPUT = "test/http/bad-input.test.ts";
const LISTS = "test/http/lists.test.ts";
const BODY_TYPES = "test/http/body-types.test.ts";
const OPENAPI = "test/http/openapi.test.ts";
const OPENAPI_WORDS = "test/http/openapi-descriptions.test.ts";
const CLIENT = "test/client/client.test.ts";
const DATE = "test/http/date.test.ts";
const ADDRESSES = "test/http/addresses.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "the document says of each list that it names the next page",
    code: "isPaged(documented) ? [...headers,",
    instead: "false ? [...headers,",
    tests: [OPENAPI],
    named: "/openapi.json has the headers of ours with the calls that read and answer them",
  },
  {
    guard: "the document describes the fields of objects inside of others",
    code: "if (fields) Object.assign(jsonSchema, { [FIELDS]: fields });",
    instead: "",
    tests: [OPENAPI_WORDS],
    named: "every field, parameter and header of /openapi.json is described, with its unit",
  },
  {
    guard: "a name of the document's schemas is one schema's",
    code: "JSON.stringify(known) !== JSON.stringify(schema)",
    instead: "false",
    tests: [OPENAPI_WORDS],
    named: "two shapes of one name are a mistake that is told",
  },
  {
    guard: "misspelt fields of lists' items are refused",
    code: "for (const [place, each] of part.entries()) look(bare.element",
    instead: "for (const [place, each] of [].entries()) look(bare.element",
    tests: [UNKNOWN_NAMES],
  },
  {
    guard: "the client throws a refusal instead of giving it as the answer",
    code: "if (!response.ok) throw new Refused",
    instead: "if (false) throw new Refused",
    tests: [CLIENT],
  },
  {
    guard: "a repeated key makes nothing twice",
    code: "ne(replays.madeBy, creation.creationKey))),\n  );",
    instead: "ne(replays.madeBy, creation.creationKey), sql`false`)),\n  );",
    tests: [KEYS],
  },
  {
    guard: "a backfill fills what is free when it is written",
    code: "sql`${fit} AND ${isFree}` : fit",
    instead: "fit : fit",
    tests: [REPEATS],
  },
  {
    guard: "a repeated cancel of a schedule cancels nothing more",
    code: "    eq(jobs.projectId, projectId),\n    unclaimed(db, creation),\n",
    instead: "    eq(jobs.projectId, projectId),\n",
    tests: [REPEATS],
  },
  {
    guard: "LOG_QUIET=off leaves no line of what an object answers alone",
    code: 'if (settings.LOG_QUIET === "on")',
    instead: "",
    tests: [HEADERS],
  },
  {
    guard: "an unknown query parameter is refused",
    code: 'ignoresUnknown ? [] : unknownNames(schema, c.req.query(), "query parameter")',
    instead: "[]",
    tests: [UNKNOWN_NAMES],
  },
  {
    guard: "a project that is not there is refused before a wrong field",
    code: "project === undefined ? undefined : getProject(call, project),",
    instead: "",
    tests: [ERRORS],
  },
  {
    guard: "a host that is not there is refused before a wrong field",
    code: "host === undefined ? undefined : getHost(call, host),",
    instead: "",
    tests: [ERRORS],
  },
  {
    guard: "a query parameter that is sent twice counts by its first",
    code: "schema.safeParse(firstOfEach(query))",
    instead: "schema.safeParse(query)",
    tests: [BAD_INPUT],
  },
  {
    guard: "a header that is not used is not judged",
    code: "schema.safeParse(usedHeaders(headers, spec))",
    instead: "schema.safeParse(headers)",
    tests: [BAD_INPUT],
  },
  {
    guard: "Jobs-Running is judged only by calls that read it",
    code: "headers.includes(JOBS_RUNNING) ?",
    instead: "true ?",
    tests: [BAD_INPUT],
  },
  {
    guard: "an unknown field is refused",
    code: 'if (!spec.ignoresUnknown) wrong.push(...unknownNames(spec.body, json, "field"));',
    instead: "",
    tests: [UNKNOWN_NAMES],
  },
  {
    guard: "a call that takes no body refuses one",
    code: "(!spec.raw && !spec.ignoresUnknown && c.req.raw.body !== null)",
    instead: "false",
    tests: [UNKNOWN_NAMES],
  },
  {
    guard: "unknown names within a list are refused",
    code: "if (bare instanceof z.ZodArray && Array.isArray(part)) {",
    instead: "if (bare instanceof z.ZodArray && part === null) {",
    tests: [UNKNOWN_NAMES],
  },
  {
    guard: "a page of the newest jobs begins behind the last one",
    code: "after === 0 ? undefined : lt(jobs.id, after);",
    instead: "undefined;",
    tests: [LISTS],
  },
  {
    guard: "the limit of a body counts what it unpacks to",
    code: "{ maxOutputLength: limit }",
    instead: "{ maxOutputLength: 1e9 }",
    tests: [BODY_TYPES],
  },
  {
    guard: "a body that can't be unpacked is refused after a 403 and a 404",
    code: 'error.code === "invalid" && error.errors) return { bytes: undefined, text: undefined, unreadable: error.errors };',
    instead:
      'error.code === "invalid" && error.errors?.length === 0) return { bytes: undefined, text: undefined, unreadable: error.errors };',
    tests: [BODY_TYPES],
  },
  {
    guard: "a coding that is not read is refused",
    code: "if (codings.length === 1 && (",
    instead: "if (codings.length > 1 || (",
    tests: [BODY_TYPES],
  },
  {
    guard: "a body packed by gzip is unpacked",
    code: "if (!isPacked || bytes.byteLength === 0) return bytes;",
    instead: "if (!isPacked || bytes.byteLength > 0) return bytes;",
    tests: [BODY_TYPES],
    named: "is read as the same body unpacked",
  },
  {
    guard: "a multipart body is known by its text",
    code: "const isMultipart = text !== undefined && MULTIPART_TEXT.test(text);",
    instead: "const isMultipart = text === MULTIPART;",
    tests: [BODY_TYPES],
    named: "is refused with the Content-Type that the call takes",
  },
  {
    guard: "a body of another type is refused with the types that the call takes",
    code: 'const isMeantAsJson = type === "" ||',
    instead: "const isMeantAsJson = type !== MULTIPART ||",
    tests: [BODY_TYPES],
    named: "is refused with the Content-Type that the call takes",
  },
  {
    guard: "a missing body is refused in our own words",
    code: 'if (kind === undefined || !issue.message.startsWith("Invalid input")) return issue.message;',
    instead: "if (kind !== issue.message) return issue.message;",
    tests: [BODY_TYPES],
    named: "is refused by our own message",
  },
  {
    guard: "the document says of bodies how they are read and packed",
    code: "description: BODY_FORMS,",
    instead: 'description: "",',
    tests: [OPENAPI],
    named: "says of each body in JSON",
  },
  {
    guard: "the document names the headers that a call reads",
    code: "...(documented.headers ?? [])",
    instead: "",
    tests: [OPENAPI],
    named: "has the headers of ours",
  },
  {
    guard: "an answer of the routes says what time it is",
    code: 'c.header("Date", dateText(began));',
    instead: "",
    tests: [DATE],
  },
  {
    guard: "a plain answer says what time it is",
    code: 'PLAIN_HEADERS.set("date", dateText(now));',
    instead: "",
    tests: [DATE],
  },
  {
    guard: "a slash at a path's end changes nothing",
    code: 'return own.length > 1 && own.endsWith("/") ? own.slice(0, -1) : own;',
    instead: "return own;",
    tests: [ADDRESSES],
    named: "a slash at the path's end",
  },
  {
    guard: "a short name is not the nearest to every name",
    code: "/ Math.max(compared.length, each.length)",
    instead: "",
    tests: [UNKNOWN_NAMES],
    named: "the nearest name to",
  },
  {
    guard: "the vendor's calls ignore unknown query parameters",
    code: 'ignoresUnknown ? [] : unknownNames(schema, c.req.query(), "query parameter")',
    instead: 'unknownNames(schema, c.req.query(), "query parameter")',
    tests: [UNKNOWN_NAMES],
    named: "ignore what they do not know",
  },
  {
    guard: "the vendor's calls ignore unknown fields",
    code: 'if (!spec.ignoresUnknown) wrong.push(...unknownNames(spec.body, json, "field"));',
    instead: 'wrong.push(...unknownNames(spec.body, json, "field"));',
    tests: [UNKNOWN_NAMES],
    named: "ignore what they do not know",
  },
];
