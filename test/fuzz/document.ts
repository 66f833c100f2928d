import { z } from "zod";
import { dereferenced } from "../http/dereferenced.ts";
import { World } from "../world.ts";

/** As much of JSON Schema as the service's document uses. */
const schemaShape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  examples: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  required: z.array(z.string()).optional(),
  get items() {
    return schemaShape.optional();
  },
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  get anyOf() {
    return z.array(schemaShape).optional();
  },
  get oneOf() {
    return z.array(schemaShape).optional();
  },
});
export type Schema = z.output<typeof schemaShape>;

const contentShape = z.record(z.string(), z.object({ schema: schemaShape }));

const operationShape = z.looseObject({
  description: z.string().default(""),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.string(), required: z.boolean(), schema: schemaShape }),
  ),
  requestBody: z.looseObject({ content: contentShape }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: contentShape.default({}) })),
});

const documentShape = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationShape)),
});

/** One method of one path, as the document has it. */
export interface Operation {
  name: string;
  method: string;
  path: string;
  /** The scopes whose tokens may do it; none where it takes no token. */
  scopes: string[];
  query: { name: string; required: boolean; schema: Schema }[];
  /** The forms that its body may come in, by media type. */
  contents: [type: string, schema: Schema][];
  /** Its good answers: by status, what checks the body; undefined is bare text. */
  answers: Map<number, z.ZodType | undefined>;
  /** The media types of each. */
  types: Map<number, string[]>;
}

const jsonSchema = z.custom<Parameters<typeof z.fromJSONSchema>[0]>((value) => typeof value === "object");

const checkOf = (schema: Schema | undefined): z.ZodType | undefined =>
  schema && z.fromJSONSchema(jsonSchema.parse(schema));

/** What the service's own document says of every call. */
export const readDocument = async (): Promise<Operation[]> => {
  const { body } = await new World().get("/openapi.json", { token: null });
  const { paths } = documentShape.parse(dereferenced(body));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description, parameters, requestBody, responses }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      scopes: /Scopes: ([\w, ]+)\./.exec(description)?.[1]?.split(", ") ?? [],
      query: parameters.filter((parameter) => parameter.in === "query"),
      contents: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]): [string, Schema] => [
        type,
        schema,
      ]),
      answers: new Map(
        Object.entries(responses)
          .filter(([status]) => status.startsWith("2"))
          .map(([status, { content }]) => [Number(status), checkOf(content["application/json"]?.schema)]),
      ),
      types: new Map(
        Object.entries(responses).map(([status, { content }]) => [Number(status), Object.keys(content)]),
      ),
    })),
  );
};

const decoded = (path: string): string => {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
};

/** The operation that a request reached, as its address reads; HEAD counts as the GET that it stands for. */
export const operationAt = (
  operations: readonly Operation[],
  { method, url }: Request,
): Operation | undefined => {
  const path = decoded(new URL(url).pathname)
    .replace(/\/{2,}/g, "/")
    .replace(/^\/tc\//, "/")
    .replace(/(?<=.)\/$/, "");
  return operations.find(
    (operation) =>
      operation.method === (method === "HEAD" ? "GET" : method) &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
};
