import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript } from "../../src/local/options.ts";
import { benchCalls } from "./bench-calls.ts";
import { benchCost } from "./cost.ts";
import { benchExport } from "./export.ts";
import { benchGrowth } from "./growth.ts";
import { benchInstructions } from "./instructions.ts";
import { benchPages } from "./pages.ts";
import { benchPush } from "./push.ts";
import { benchResults } from "./results.ts";
import { benchTicks } from "./ticks.ts";

/*
 * The bench. Without a flag: the table of calls against the floor of the platform, and the targets.
 * --cost: what a host costs a month. --export: export and restore beside sqlite3's own. --growth: what the tables' size does; --ticks: its part
 * about the tick, alone. --instructions: what the calls take where
 * no time is measured. --pages: the console over large tables beside the build of another tree. --push: how soon a host is notified of a job. --results: pages over millions of results, and taking
 * in reports. --quick: less exact, within a minute.
 * --json FILE: the same figures for machines.
 */

const PARTS = {
  cost: benchCost,
  export: benchExport,
  growth: benchGrowth,
  ticks: benchTicks,
  instructions: benchInstructions,
  pages: benchPages,
  push: benchPush,
  results: benchResults,
  calls: benchCalls,
};
type Part = keyof typeof PARTS;
const FLAGS = [
  "cost",
  "export",
  "growth",
  "ticks",
  "instructions",
  "pages",
  "push",
  "results",
] as const satisfies Part[];

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      cost: { type: "boolean", default: false },
      export: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      ticks: { type: "boolean", default: false },
      instructions: { type: "boolean", default: false },
      pages: { type: "boolean", default: false },
      push: { type: "boolean", default: false },
      results: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const scratch = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const began = Date.now();
  const log = (text: string): void =>
    console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  const part = PARTS[FLAGS.find((flag) => values[flag]) ?? "calls"];
  try {
    const { lines, figures, missed } = await part({ scratch, quick: values.quick, log });
    const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`;
    console.log(["", ...lines, "", `Measured on ${machine}.`].join("\n"));
    if (values.json !== undefined) {
      const report = { at: new Date().toISOString(), machine, quick: values.quick, ...figures, missed };
      writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
    }
    for (const line of missed) console.log(`MISSED: ${line}`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

await runScript(main);
