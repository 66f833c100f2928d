import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allMutants, placeOf, sourcesOf } from "../mutants/mutant.ts";

test("each mutant's code stands once in the sources, and its tests are there", async () => {
  const mutants = await allMutants(process.cwd());
  const sources = sourcesOf(process.cwd());
  expect(mutants.length).toBeGreaterThan(150);
  for (const mutant of mutants) {
    const { path, text } = placeOf(mutant, sources);
    expect(text, mutant.guard).not.toBe(sources.get(path));
    for (const file of mutant.tests) expect(existsSync(file), file).toBe(true);
    const tests = mutant.tests.map((file) => readFileSync(file, "utf8")).join("\n");
    expect(tests.includes(mutant.named ?? ""), `${mutant.guard}: ${mutant.named}`).toBe(true);
  }
});
