import type { RouterRoute } from "hono/types";
import * as z from "zod";
import { scopesOf } from "../access/permissions.ts";
import { shape } from "../wire/lazy-shape.ts";
import { STATUS_OF } from "../wire/refusals.ts";
import { type Documented, documentedIn } from "./endpoint.ts";
import { ANSWER_HEADERS, REQUEST_HEADERS } from "./own-headers.ts";

/** The shape of every refusal (the wire contract's "Errors"). */
export const errorShape = shape(() =>
  z.object({
    message: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
);

const schemaOf = (schema: z.ZodType, io: "input" | "output") => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
};

/** What a body must be: of a call that refuses unknown fields, with no others. */
const bodySchemaOf = (body: z.ZodType, ignoresUnknown = false) => {
  const { $schema: _, ...rest } = z.toJSONSchema(body, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (!ignoresUnknown && jsonSchema.properties) jsonSchema.additionalProperties = false;
    },
  });
  return rest;
};

const json = (schema: object) => ({ "application/json": { schema } });

const contentOf = (body: z.ZodType, { forms = [], ignoresUnknown }: Documented) => ({
  ...json(bodySchemaOf(body, ignoresUnknown)),
  ...Object.fromEntries(
    forms.map(({ types: [type], description }) => [type, { schema: { type: "string", description } }]),
  ),
});

const PATH_NAME = /:(\w+)/g;

const REFUSED = { description: "Refused", content: json({ $ref: "#/components/schemas/Error" }) };

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Constant over the retries of one request: a repeat makes nothing twice. x-qtest-nonce does the same.",
  schema: { type: "string", maxLength: 255 },
};

const BODY_FORMS =
  "JSON is read whatever the Content-Type says; other forms go by theirs. Packed by gzip with Content-Encoding: gzip, or not at all.";

const headerParameters = (headers: Documented["headers"] = []) =>
  headers.map((name) => ({ name, in: "header", required: false, ...REQUEST_HEADERS[name] }));

const queryParameters = (query: z.ZodType) => {
  const { properties = {}, required = [] } = schemaOf(query, "input");
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
};

const refusals = (operation: Documented["operation"], authenticates: boolean) => {
  const { invalid, unauthorized, too_large, unsupported_coding, too_many, unavailable } = STATUS_OF;
  const ofForms = authenticates ? [invalid, unauthorized, too_large, unsupported_coding, too_many] : [];
  const statuses = operation ? new Set(Object.values(STATUS_OF)) : [...ofForms, unavailable];
  return Object.fromEntries([...statuses].map((status) => [status, REFUSED]));
};

const operationOf = (method: string, path: string, documented: Documented) => {
  const { operation, summary, ids, query, body, headers, form, answers } = documented;
  return {
    summary,
    ...(operation
      ? { description: `Scopes: ${scopesOf(operation).join(", ")}.`, security: [{ token: [] }] }
      : { security: [] }),
    parameters: [
      ...[...path.matchAll(PATH_NAME)].map(([, name]) => ({
        name,
        in: "path",
        required: true,
        schema: ids?.some((id) => id === name) ? { type: "integer", minimum: 1 } : { type: "string" },
      })),
      ...(query ? queryParameters(query) : []),
      ...headerParameters(headers),
      ...(method === "POST" && body ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(body
      ? { requestBody: { description: BODY_FORMS, required: true, content: contentOf(body, documented) } }
      : {}),
    ...(form
      ? {
          requestBody: {
            required: true,
            content: { [form.type]: { schema: schemaOf(form.schema, "input") } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          {
            description: answer.description,
            ...(answer.headers
              ? { headers: Object.fromEntries(answer.headers.map((name) => [name, ANSWER_HEADERS[name]])) }
              : {}),
            content:
              "text" in answer
                ? { "text/plain": { schema: { type: "string" } } }
                : json(schemaOf(answer.schema(), "output")),
          },
        ]),
      ),
      ...refusals(operation, form !== undefined),
    },
  };
};

/** The OpenAPI 3.1 document of a router's routes, from the schemas that they check with. */
export const openApiOf = (routes: readonly RouterRoute[], version: string) => {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, handler } of routes) {
    const documented = documentedIn(handler);
    if (!documented) continue;
    const template = path.replace(PATH_NAME, "{$1}");
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationOf(method, path, documented) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version,
      description:
        "Dispatches scheduled test runs to automation hosts, in the wire format of the qTest Automation Integration APIs (v3).",
    },
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: schemaOf(errorShape(), "output") },
    },
  };
};
