import * as z from "zod";
import { type FieldError, MAX_ERRORS } from "../wire/refusals.ts";

/** How much of a name is compared and shown in a message. */
const NAME_CHARACTERS = 64;

const shown = (name: string): string =>
  name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS)}...` : name;

/** The edit distance: how many characters to add, remove or change. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (const [place, character] of [...from].entries()) {
    const next = [place + 1];
    for (let length = 1; length <= to.length; length++) {
      const changed = (row[length - 1] ?? 0) + (to[length - 1] === character ? 0 : 1);
      next.push(Math.min(changed, (row[length] ?? 0) + 1, (next[length - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};

/** The known name closest to `name`; undefined if there is none. */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  const compared = name.slice(0, NAME_CHARACTERS).toLowerCase();
  const ranked = known.map((each) => ({
    each,
    // Relative to the length, so that a short name is not close to every name.
    apart: distance(compared, each.toLowerCase()) / Math.max(compared.length, each.length),
  }));
  return ranked.sort((a, b) => a.apart - b.apart)[0]?.each;
};

/** A schema without what may be left out, null, or comes of it. */
export const bareSchema = (schema: unknown): unknown => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return bareSchema(schema.unwrap());
  if (schema instanceof z.ZodPrefault) return bareSchema(schema.unwrap());
  return schema instanceof z.ZodPipe ? bareSchema(schema.in) : schema;
};

type Kind = "field" | "query parameter";

/** The names in a value, at any depth, that its schema does not have, each with the closest one that it has. At most MAX_ERRORS. */
export const unknownNames = (schema: z.ZodType | undefined, value: unknown, kind: Kind): FieldError[] => {
  const wrong: FieldError[] = [];
  const look = (at: unknown, part: unknown, path: string): void => {
    if (typeof part !== "object" || part === null || wrong.length >= MAX_ERRORS) return;
    const bare = bareSchema(at);
    if (bare instanceof z.ZodArray && Array.isArray(part)) {
      for (const [place, each] of part.entries()) look(bare.element, each, `${path}[${place}]`);
    }
    if (!(bare instanceof z.ZodObject) || Array.isArray(part)) return;
    const { shape } = bare;
    for (const [name, each] of Object.entries(part)) {
      const field = path === "" ? shown(name) : `${path}.${shown(name)}`;
      if (Object.hasOwn(shape, name)) look(shape[name], each, field);
      else wrong.push({ field: field || '""', message: refusal(name, Object.keys(shape), kind) });
      if (wrong.length >= MAX_ERRORS) return;
    }
  };
  look(schema ?? NOTHING, value, "");
  return wrong;
};

const NOTHING = z.object({});

/** The body of a call that takes none. */
export const NO_BODY = z
  .object({}, "must be left out: this call takes no body")
  .nullish()
  .transform(() => undefined);

const refusal = (name: string, known: readonly string[], kind: Kind): string => {
  const nearest = nearestName(name, known);
  return nearest === undefined
    ? `is not known: this call takes no ${kind}`
    : `is no ${kind} of this call; the nearest is ${nearest}`;
};
