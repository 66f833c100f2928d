import type { RouterRoute } from "hono/types";
import * as z from "zod";
import { scopesOf } from "../access/permissions.ts";
import { shape } from "../wire/lazy-shape.ts";
import { STATUS_OF } from "../wire/refusals.ts";
import { ANSWER_HEADERS, KEY_HEADERS, requestHeaders } from "./declared-headers.ts";
import { type Documented, documentedIn } from "./endpoint.ts";
import { pathIds } from "./request-parts.ts";

/** The shape of every refusal (the wire contract's "Errors"). */
const errorShape = shape(() =>
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

/** The schema of a body. If the call refuses unknown fields, it allows no others. */
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

/** A parameter in a path. Its pattern follows in braces if it may contain slashes. */
const PATH_NAME = /:(\w+)(?:\{[^}]*\})?/g;

const REFUSED = { description: "Refused", content: json({ $ref: "#/components/schemas/Error" }) };

const RAW_FORMS =
  "Bytes, whatever the Content-Type says. Packed by gzip with Content-Encoding: gzip, or not at all.";
const STREAMED =
  "Bytes, kept as they are sent, whatever the Content-Type says; not to be packed with Content-Encoding: gzip.";

const BODY_FORMS =
  "JSON is read whatever the Content-Type says; other forms go by theirs. Packed by gzip with Content-Encoding: gzip, or not at all.";

/** The parameters of one part of a request, from the schema that checks it. */
const parametersIn = (part: "query" | "header", schema: z.ZodType) => {
  const { properties = {}, required = [] } = schemaOf(schema, "input");
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: part,
    required: required.includes(name),
    ...(typeof property === "object" && property.description ? { description: property.description } : {}),
    schema: property,
  }));
};

const pathParameters = (path: string, ids: Documented["ids"] = []) =>
  [...path.matchAll(PATH_NAME)].map(([, name]) => {
    const id = ids.find((each) => each === name);
    return {
      name,
      in: "path",
      required: true,
      schema: id ? schemaOf(pathIds.shape[id], "output") : { type: "string" },
    };
  });

/** Whether a call uses the request's key: writes and polls do. */
const takesKey = (method: string, { operation, callerHeaders }: Documented): boolean =>
  operation !== undefined && (callerHeaders === undefined ? method !== "GET" : callerHeaders !== "none");

const headerParameters = (method: string, documented: Documented) => {
  const names = new Set<string>(documented.headers);
  if (takesKey(method, documented)) for (const name of KEY_HEADERS) names.add(name);
  return parametersIn("header", requestHeaders).filter(({ name }) => names.has(name));
};

const refusals = (operation: Documented["operation"], authenticates: boolean) => {
  const { invalid, unauthorized, too_large, unsupported_coding, too_many, unavailable } = STATUS_OF;
  const ofForms = authenticates ? [invalid, unauthorized, too_large, unsupported_coding, too_many] : [];
  const statuses = operation ? new Set(Object.values(STATUS_OF)) : [...ofForms, unavailable];
  return Object.fromEntries([...statuses].map((status) => [status, REFUSED]));
};

const operationOf = (method: string, path: string, documented: Documented) => {
  const { operation, summary, ids, query, body, form, raw, answers } = documented;
  return {
    summary,
    ...(operation
      ? { description: `Scopes: ${scopesOf(operation).join(", ")}.`, security: [{ token: [] }] }
      : { security: [] }),
    parameters: [
      ...pathParameters(path, ids),
      ...(query ? parametersIn("query", query) : []),
      ...headerParameters(method, documented),
    ],
    ...(body
      ? { requestBody: { description: BODY_FORMS, required: true, content: contentOf(body, documented) } }
      : {}),
    ...(raw
      ? {
          requestBody: {
            description: raw.streamed ? STREAMED : RAW_FORMS,
            required: true,
            content: {
              "application/octet-stream": { schema: { type: "string", description: raw.description } },
            },
          },
        }
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

/** The OpenAPI 3.1 document of a router's routes, from the schemas that check requests. */
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
