import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { openApiText } from "../../src/docs/openapi-document.ts";

/** Beside the validator's strictest set: what it leaves to those who ask for it. */
const RULES = {
  "component-name-unique": "error",
  "no-duplicated-tag-names": "error",
  "no-http-verbs-in-paths": "error",
  "no-invalid-media-type-examples": "error",
  "no-invalid-parameter-examples": "error",
  "no-invalid-schema-examples": "error",
  "no-required-schema-properties-undefined": "error",
  "operation-singular-tag": "error",
  "operation-tag-defined": "error",
  "parameter-description": "error",
  "tag-description": "error",
  // The product has no license.
  "info-license": "off",
} as const;

/** What a rule refuses and must stay: the rule, and where it refuses it. */
const KEPT = [
  // The vendor's two addresses differ by a word that no project's id is.
  ["no-ambiguous-paths", "#/paths/~1api~1v3~1projects~1queue-processing~1{batch}"],
  // It takes no token and no input: nothing of it can be wrong.
  ["operation-4xx-response", "#/paths/~1health/get/responses"],
  // A socket opens with a 101.
  ["operation-2xx-response", "#/paths/~1api~1v3~1automation~1hosts~1{host}~1socket/get/responses"],
];

const problemsIn = async (source: string) => {
  const config = await createConfig({ extends: ["recommended-strict"], rules: RULES });
  const problems = await lintFromString({
    source,
    absoluteRef: "/openapi.json",
    config,
  });
  return problems.map(({ ruleId, location: [place] }) => [ruleId, place?.pointer]);
};

test("a strict validator finds nothing in /openapi.json but what the vendor's addresses and a socket need", async () => {
  expect((await problemsIn(await openApiText())).toSorted()).toEqual(KEPT.toSorted());
});

test("the validator finds a tag that is not there, an unknown field, and an example that is not of its schema", async () => {
  const document = (await openApiText())
    .replace("{", '{"nothing":true,')
    .replace('"tags":["Service"]', '"tags":["Nothing"]')
    .replace('"example":{"status":"ok"', '"example":{"status":"no"');
  const found = (await problemsIn(document)).map(([rule]) => rule);
  for (const rule of ["operation-tag-defined", "no-invalid-media-type-examples", "struct"])
    expect(found).toContain(rule);
});
