import * as z from "zod";
import { scopesOf } from "../access/permissions.ts";
import { headerRefs, headersRead } from "./document-headers.ts";
import { refusals } from "./document-refusals.ts";
import { type DocumentSchemas, exampleOf, type Json } from "./document-schemas.ts";
import type { Answer, Documented } from "./documented.ts";
import { pathIds } from "./request-parts.ts";

/** A parameter in a path. Its pattern follows in braces if it may contain slashes. */
export const PATH_NAME = /:(\w+)(?:\{[^}]*\})?/g;

const RAW_FORMS =
  "Bytes, whatever the Content-Type says. Packed by gzip with Content-Encoding: gzip, or not at all.";
const STREAMED =
  "Bytes, kept as they are sent, whatever the Content-Type says; not to be packed with Content-Encoding: gzip.";
const BODY_FORMS =
  "JSON is read whatever the Content-Type says; other forms go by theirs. Packed by gzip with Content-Encoding: gzip, or not at all.";

/** What names a thing in a path without being a number. */
const TEXT_IN_PATH: Record<string, string> = {
  form: "The name of the exported file, which is its form.",
  lease: "The lease_id of a lease.",
  name: "The name of the report among those of the attempt, like report.xml.",
  picture: "The id of the badge, with .svg behind it.",
  path: "The path of the file in the run's folder; it may have slashes.",
};

/** A call of the API, with what the document needs of its route. */
export interface Route {
  method: string;
  path: string;
  tag: string;
  documented: Documented;
}

/** The parameters of one part of a request, by name, from the schema that checks it. */
export const parametersIn = (
  part: "path" | "query" | "header",
  schema: z.ZodType,
  { convert }: DocumentSchemas,
): Map<string, Json> => {
  const { properties = {}, required = [] } = z
    .object({
      properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      required: z.array(z.string()).optional(),
    })
    .parse(convert(schema, { io: part === "path" ? "output" : "input" }));
  return new Map(
    Object.entries(properties).map(([name, { description, ...property }]) => [
      name,
      { name, in: part, required: part === "path" || required.includes(name), description, schema: property },
    ]),
  );
};

const pathParameters = ({ path, documented: { ids = [] } }: Route, schemas: DocumentSchemas): Json[] => {
  const known = parametersIn("path", pathIds, schemas);
  return [...path.matchAll(PATH_NAME)].map(([, name = ""]) =>
    ids.some((id) => id === name)
      ? (known.get(name) ?? {})
      : { name, in: "path", required: true, description: TEXT_IN_PATH[name], schema: { type: "string" } },
  );
};

const withExample = (schema: Json, example: unknown): Json =>
  example === undefined ? { schema } : { schema, example };

const bodyOf = (
  { body, form, forms = [], ignoresUnknown: isOpen, raw }: Documented,
  { convert }: DocumentSchemas,
): Json | undefined => {
  if (raw) {
    const schema = { type: "string", description: raw.description };
    const content = { "application/octet-stream": { schema } };
    return { description: raw.streamed ? STREAMED : RAW_FORMS, required: true, content };
  }
  if (form) {
    const schema = convert(form.schema, { io: "input", isOpen: true });
    return { required: true, content: { [form.type]: withExample(schema, exampleOf(form.schema)) } };
  }
  if (!body) return undefined;
  const json = withExample(convert(body, { io: "input", ...(isOpen ? { isOpen } : {}) }), exampleOf(body));
  const others = forms.map(({ types: [type], description }) => [
    type,
    { schema: { type: "string", description } },
  ]);
  return {
    description: BODY_FORMS,
    required: !body.safeParse(undefined).success,
    content: { "application/json": json, ...Object.fromEntries(others) },
  };
};

/** Whether a call answers in pages, which name the next one. */
const isPaged = ({ query }: Documented): boolean => query instanceof z.ZodObject && "after" in query.shape;

const contentOf = (answer: Answer, convert: DocumentSchemas["convert"]): Json => {
  if ("text" in answer) {
    const types = answer.text === true ? ["text/plain"] : [answer.text].flat();
    const whole = { schema: { type: "object" }, example: {} };
    return Object.fromEntries(
      types.map((type) => [type, type === "application/json" ? whole : { schema: { type: "string" } }]),
    );
  }
  const schema = answer.schema();
  return { "application/json": withExample(convert(schema, { io: "output" }), exampleOf(schema)) };
};

const answersOf = (documented: Documented, { convert }: DocumentSchemas): Json =>
  Object.fromEntries(
    Object.entries(documented.answers).map(([status, answer]) => {
      const { description, headers = [] } = answer;
      const own = isPaged(documented) ? [...headers, "Link" as const] : headers;
      const isUpgrade = Number(status) < 200;
      const content = isUpgrade ? {} : { content: contentOf(answer, convert) };
      return [status, { description, headers: headerRefs(own), ...content }];
    }),
  );

const operationIdOf = ({ path, documented: { operation, operationId = operation } }: Route): unknown =>
  typeof operationId === "function" ? operationId(path) : operationId;

/** A call as the document has it. */
export const operationOf = (route: Route, schemas: DocumentSchemas): Json => {
  const { method, documented, tag } = route;
  const { operation, summary, query } = documented;
  const requestBody = bodyOf(documented, schemas);
  return {
    operationId: operationIdOf(route),
    tags: [tag],
    summary,
    ...(operation
      ? { description: `Scopes: ${scopesOf(operation).join(", ")}.`, security: [{ token: [] }] }
      : { security: [] }),
    parameters: [
      ...pathParameters(route, schemas),
      ...(query ? parametersIn("query", query, schemas).values() : []),
      ...[...headersRead(method, documented)].map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(requestBody ? { requestBody } : {}),
    responses: { ...answersOf(documented, schemas), ...refusals(documented) },
  };
};
