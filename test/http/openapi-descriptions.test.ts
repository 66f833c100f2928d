import { expect, test } from "vitest";
import * as z from "zod";
import { createApp } from "../../src/app.ts";
import { documentSchemas, exampleOf } from "../../src/http/document-schemas.ts";
import { documentedIn } from "../../src/http/documented.ts";
import { World } from "../world.ts";
import { dereferenced } from "./dereferenced.ts";

const tree = z.record(z.string(), z.unknown());
const isTree = (part: unknown): part is Record<string, unknown> => tree.safeParse(part).success;

const read = async (): Promise<unknown> => (await new World().get("/openapi.json", { token: null })).body;

/** Every object of a document, with the way to it. Examples are left out. */
const objectsIn = (part: unknown, path = ""): { path: string; part: Record<string, unknown> }[] => {
  if (Array.isArray(part)) return part.flatMap((each, place) => objectsIn(each, `${path}/${place}`));
  if (!isTree(part)) return [];
  const within = Object.entries(part)
    .filter(([name]) => name !== "example" && name !== "examples")
    .flatMap(([name, each]) => objectsIn(each, `${path}/${name}`));
  return [{ path, part }, ...within];
};

const schema = z.object({ type: z.literal("object"), properties: tree });

interface Described {
  path: string;
  name: string;
  description: string;
}

/** Every field, parameter and header of a document, with what is said of it. */
const describedIn = (document: unknown): Described[] =>
  objectsIn(dereferenced(document)).flatMap(({ path, part }) => {
    const said = (name: string, of: unknown): Described => {
      const { description } = tree.parse(of);
      return { path, name, description: typeof description === "string" ? description : "" };
    };
    const { name } = part;
    const isParameter = typeof name === "string" && typeof part.in === "string";
    const found = schema.safeParse(part);
    return [
      ...(isParameter ? [said(name, part)] : []),
      ...(isTree(part.headers) ? Object.entries(part.headers).map(([header, of]) => said(header, of)) : []),
      ...(found.success ? Object.entries(found.data.properties).map(([field, of]) => said(field, of)) : []),
    ];
  });

/** What a name ends with, and a word that its description must have. */
const UNITS: [RegExp, RegExp][] = [
  [/_ms$/, /millisecond/],
  [/seconds$|^Retry-After$|^expires_in$/, /second/],
  [/minutes$/, /minute/],
  [/bytes$|offset$|^Log-End$/, /byte/],
  [/^days$/, /day/],
  [/(_at|_date|_time|^at|Date|^since|^until|^utc|Expires)$/, /time/i],
];

test("every field, parameter and header of /openapi.json is described, with its unit", async () => {
  const all = describedIn(await read());
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter(({ description }) => description.length < 8)).toEqual([]);
  const unitless = all.filter(({ name, description }) =>
    UNITS.some(([names, unit]) => names.test(name) && !unit.test(description)),
  );
  expect([...new Set(unitless.map(({ name, description }) => `${name}: ${description}`))]).toEqual([]);
});

/** The form of an object: its fields' names and types, and which it must have. */
const formOf = ({ properties, required }: Record<string, unknown>): string =>
  JSON.stringify([
    Object.entries(tree.parse(properties)).map(([name, field]) => [name, tree.parse(field).type]),
    required ?? [],
  ]);

test("an object that stands in two places of /openapi.json is a named schema", async () => {
  const objects = objectsIn(await read()).filter(({ part }) => schema.safeParse(part).success);
  const twice = [...Map.groupBy(objects, ({ part }) => formOf(part)).values()].filter(
    (each) => each.length > 1 && each.some(({ path }) => !/^\/components\/schemas\/\w+$/.test(path)),
  );
  expect(twice.map((each) => each.map(({ path }) => path))).toEqual([]);
});

const operations = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      operationId: z.string(),
      tags: z.array(z.string()).length(1),
      description: z.string().optional(),
    }),
  ),
);

test("each call of /openapi.json has a name of its own, which is its verb's, and a room that is described", async () => {
  const document = tree.parse(await read());
  const calls = Object.entries(operations.parse(document.paths)).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([
        method,
        {
          operationId,
          tags: [tag],
        },
      ]) => ({ operationId, tag, call: `${method.toUpperCase()} ${path}` }),
    ),
  );
  const names = calls.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  const verbs = createApp(Date.now).routes.flatMap(({ handler }) => documentedIn(handler)?.operation ?? []);
  const others = names.filter((name) => !verbs.some((verb) => verb === name));
  expect(others.toSorted()).toEqual([
    "checkHealth",
    "grantToken",
    "listHostAgents",
    "registerHostAtHosts",
    "seeBadge",
    "signIn",
  ]);
  const described = z
    .array(z.object({ name: z.string(), description: z.string().min(10) }))
    .parse(document.tags);
  expect(new Set(calls.map(({ tag }) => tag))).toEqual(new Set(described.map(({ name }) => name)));
  expect(calls.filter(({ tag }) => tag === "Service").map(({ call }) => call)).toEqual(["GET /health"]);
});

test("two shapes of one name are a mistake that is told", () => {
  const named = (fields: z.core.$ZodShape) => z.object(fields).meta({ id: "Twice" });
  const { convert } = documentSchemas();
  convert(named({ a: z.int() }), { io: "output" });
  expect(() => convert(named({ a: z.int() }), { io: "output" })).not.toThrow();
  expect(() => convert(named({ b: z.int() }), { io: "output" })).toThrow("the name Twice");
});

test("/openapi.json names its own origin as the server, with and without the context path", async () => {
  expect(tree.parse(await read()).servers).toMatchObject([{ url: "/" }, { url: "/tc" }]);
});

/** Answers that say nothing but a number. */
const examplesIn = (content: unknown): unknown => {
  const json = isTree(content) ? content["application/json"] : undefined;
  return isTree(json) && !("example" in json) ? "missing" : undefined;
};

test("each body and each answer in JSON has an example, which its own check accepts", async () => {
  const document = dereferenced(await read());
  expect(objectsIn(document).flatMap(({ path, part }) => (examplesIn(part.content) ? [path] : []))).toEqual(
    [],
  );
  for (const { path, handler } of createApp(Date.now).routes) {
    const { body, answers } = documentedIn(handler) ?? { answers: {} };
    if (body) expect(body.safeParse(exampleOf(body)), path).toMatchObject({ success: true });
    for (const answer of Object.values(answers)) {
      if (!("schema" in answer)) continue;
      const shape = answer.schema();
      expect(shape.safeParse(exampleOf(shape)), path).toMatchObject({ success: true });
    }
  }
});
