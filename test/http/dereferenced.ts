import { z } from "zod";

const reference = z.looseObject({ $ref: z.string().startsWith("#/") });
const tree = z.record(z.string(), z.unknown());

/** What a reference names in a document. */
const targetOf = (document: unknown, ref: string): unknown =>
  ref
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((part, key) => tree.parse(part)[key], document);

/** A JSON document with what each `$ref` names in its place. What stands beside it wins. */
export const dereferenced = (document: unknown): unknown => {
  const within = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(within);
    if (typeof part !== "object" || part === null) return part;
    const found = reference.safeParse(part);
    if (!found.success)
      return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, within(each)]));
    const { $ref, ...beside } = found.data;
    return { ...tree.parse(within(targetOf(document, $ref))), ...beside };
  };
  return within(document);
};
