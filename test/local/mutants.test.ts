import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

test("no mutant fails only because it does not parse, or names what is not there", async ({
  onTestFinished,
}) => {
  const sources = sourcesOf(process.cwd());
  const folder = mkdtempSync(join(tmpdir(), "muster-mutants-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [place, mutant] of (await allMutants(process.cwd())).entries()) {
    const { path, text } = placeOf(mutant, sources);
    mkdirSync(join(folder, String(place)));
    writeFileSync(join(folder, String(place), basename(path)), text);
  }
  writeFileSync(
    join(folder, "biome.json"),
    '{"javascript": {"globals": ["WebSocketPair", "WebSocketRequestResponsePair"]}}',
  );
  const lint = ["lint", "--only=correctness/noUndeclaredVariables", "--max-diagnostics=20", "."];
  const { status, stdout, stderr } = spawnSync(join(process.cwd(), "node_modules/.bin/biome"), lint, {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
});
