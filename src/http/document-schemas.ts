import * as z from "zod";
import { describedFields } from "../wire/described.ts";
import { bareSchema } from "./unknown-names.ts";

/** A part of the OpenAPI document. */
export type Json = Record<string, unknown>;

/** Where the descriptions of an object's fields wait until its schema is complete. */
const FIELDS = "x-fields";

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The bounds of every whole number in JavaScript, which say nothing of a field. */
const isNoBound = (value: unknown): boolean =>
  value === Number.MIN_SAFE_INTEGER || value === Number.MAX_SAFE_INTEGER;

const withDescriptions = (properties: Json, fields: unknown): Json =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const finished = finish(property);
      const description = isObject(fields) ? fields[name] : undefined;
      return [name, isObject(finished) && description ? { description, ...finished } : finished];
    }),
  );

/** A schema as the document has it: named schemas under `components`, fields with their descriptions. */
const finish = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(finish);
  if (!isObject(part)) return part;
  const { [FIELDS]: fields, ...schema } = part;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (keyword === "properties" && isObject(value)) return [[keyword, withDescriptions(value, fields)]];
      if (["examples", "default", "enum", "const"].includes(keyword)) return [[keyword, value]];
      if (keyword === "example") return [["examples", [value]]];
      if ((keyword === "minimum" || keyword === "maximum") && isNoBound(value)) return [];
      if (keyword === "$ref") return [[keyword, String(value).replace("#/$defs/", "#/components/schemas/")]];
      return [[keyword, finish(value)]];
    }),
  );
};

const finishObject = (part: unknown): Json => {
  const finished = finish(part);
  return isObject(finished) ? finished : {};
};

interface Conversion {
  io: "input" | "output";
  /** Whether an object takes fields that it does not name. Answers name all of theirs. */
  isOpen?: boolean;
}

/** Converts schemas to those of the document. `named` fills with those that have a name. */
export const documentSchemas = () => {
  const named: Record<string, Json> = {};
  const add = (name: string, schema: Json): void => {
    const known = named[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two schemas of the wire have the name ${name}`);
    named[name] = schema;
  };
  const converted = {
    answer: new Map<z.ZodType, Json>(),
    closed: new Map<z.ZodType, Json>(),
    open: new Map<z.ZodType, Json>(),
  };
  const convert = (schema: z.ZodType, { io, isOpen = false }: Conversion): Json => {
    const known = converted[io === "output" ? "answer" : isOpen ? "open" : "closed"];
    const json = known.get(schema) ?? convertAnew(schema, { io, isOpen });
    known.set(schema, json);
    return json;
  };
  const convertAnew = (schema: z.ZodType, { io, isOpen }: Required<Conversion>): Json => {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        if (io === "input" && !isOpen && jsonSchema.properties) jsonSchema.additionalProperties = false;
        const fields = describedFields(zodSchema);
        if (fields) Object.assign(jsonSchema, { [FIELDS]: fields });
      },
    });
    for (const [name, part] of Object.entries($defs)) add(name, finishObject(part));
    return finishObject(root);
  };
  return { convert, named };
};

export type DocumentSchemas = ReturnType<typeof documentSchemas>;

/** An example of what a schema takes, made of those of its parts; undefined: none is known. */
export const exampleOf = (schema: unknown): unknown => {
  const bare = bareSchema(schema);
  if (bare instanceof z.ZodArray) {
    const each = exampleOf(bare.element);
    return each === undefined ? undefined : [each];
  }
  if (bare instanceof z.ZodUnion) return exampleOf(bare.options[0]);
  const { examples } = (bare instanceof z.ZodType && z.globalRegistry.get(bare)) || {};
  return Array.isArray(examples) ? examples[0] : undefined;
};
