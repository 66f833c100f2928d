import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contentOf } from "../../../../src/reports/content.ts";
import { readReport } from "../../../../src/reports/read-report.ts";
import type { Ask, Imported, RealTool } from "./real-tool.ts";
import { marksOf, runJob } from "./run-job.ts";
import { TOOLS } from "./tools.ts";

/**
 * Each recipe against its real tool: `npm run test:recipes -- [NAME...]`. A tool that is not installed is skipped
 * with a word; npm's are installed at pinned versions into a temporary folder.
 */

const folder = mkdtempSync(join(tmpdir(), "muster-recipes-"));
let failures = 0;

function say(isGood: boolean, what: string, detail = "") {
  if (!isGood) failures++;
  console.log(`  ${isGood ? "ok  " : "FAIL"} ${what}${isGood || detail === "" ? "" : `\n       ${detail}`}`);
}

function prepare(tool: RealTool): string {
  const directory = join(folder, tool.name.replaceAll(/\W/g, "-"), "project");
  for (const [path, text] of Object.entries(tool.files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  if (tool.packages) {
    const wanted = Object.entries(tool.packages).map(([name, version]) => `${name}@${version}`);
    const install = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact", ...wanted];
    const ended = spawnSync("npm", install, { cwd: directory, encoding: "utf8" });
    if (ended.status !== 0) throw new Error(`npm install failed: ${ended.stderr}`);
  }
  return directory;
}

const versionOf = ({ version: [program = "", ...args] }: RealTool, cwd: string): string | null => {
  const ended = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (ended.status !== 0) return null;
  return /\d+(?:\.\d+)+\S*/.exec(ended.stdout + ended.stderr)?.[0] ?? "of unknown version";
};

function askReal(tool: RealTool, directory: string, ask: Ask) {
  const { recipe, command } = tool;
  const { judgement, ran, commands, output } = runJob({ recipe, directory, contents: ask.contents, command });
  const outcomes = judgement.tests.map(({ outcome }) => outcome);
  const expected = ask.contents === null ? [] : (ask.tests ?? ask.contents.map(() => "passed"));
  const got = JSON.stringify({ ran: ran.toSorted(), outcome: judgement.outcome, tests: outcomes });
  const wanted = JSON.stringify({ ran: ask.ran.toSorted(), outcome: ask.outcome, tests: expected });
  const isGood = got === wanted && (ask.reason?.test(judgement.reason ?? "") ?? true);
  const detail = `wanted ${wanted}\n       got    ${got}\n       reason ${judgement.reason}\n       ran    ${JSON.stringify(commands)}`;
  say(isGood, ask.what, process.env.VERBOSE ? `${detail}\n${output}` : detail);
}

/** Every case of the tool's own report, run by the name that the importer gives it, is one test and another one each. */
function runImported(tool: RealTool, directory: string, { argv, env, except = {} }: Imported) {
  const report = join(directory, "..", "imported.xml");
  const marks = join(directory, "..", "imported-marks.txt");
  const [program = "", ...args] = argv.map((each) => each.replaceAll("{report}", report));
  const own = Object.entries(env ?? {}).map(([key, value]) => [key, value.replaceAll("{report}", report)]);
  spawnSync(program, args, {
    cwd: directory,
    env: { ...process.env, ...Object.fromEntries(own), RAN: marks },
  });
  const { cases, tool: written } = readReport(readFileSync(report), "imported.xml");
  const left = new Set(marksOf(marks));
  for (const found of cases.filter(({ kind, outcome }) => kind === "test" && outcome === "passed")) {
    const content = contentOf(found, "tool", written);
    const { recipe, command } = tool;
    const { judgement, ran, commands } = runJob({ recipe, directory, contents: [content], command });
    const mark = ran[0] ?? "";
    const isKnown = ran.length === 0 && Object.hasOwn(except, content);
    const isGood = ran.length === 1 && left.delete(mark) && judgement.outcome === "COMPLETED";
    const detail = `ran ${JSON.stringify(ran)}, ${judgement.reason}; ${JSON.stringify(commands)}`;
    if (isKnown) console.log(`  --   imported: ${content} (${except[content]})`);
    else say(isGood, `imported: ${content}`, detail);
  }
}

const names = process.argv.slice(2);
const chosen = TOOLS.filter(({ name }) => names.length === 0 || names.includes(name));
for (const tool of chosen) {
  const directory = prepare(tool);
  const version = versionOf(tool, directory);
  if (version === null) {
    console.log(`${tool.name}: skipped, it is not installed`);
    continue;
  }
  console.log(`${tool.name} ${version}`);
  for (const ask of tool.asks) askReal(tool, directory, ask);
  for (const imported of [tool.imported ?? []].flat()) runImported(tool, directory, imported);
}
if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
else console.log(folder);
console.log(failures === 0 ? "Every recipe runs what it is asked for." : `${failures} failed.`);
process.exitCode = failures === 0 ? 0 : 1;
