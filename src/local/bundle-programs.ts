import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { writeDocs } from "../docs/write-docs.ts";
import { ROOT } from "./options.ts";

/** The programs that are served as one file each, with their entries. */
const ENTRIES = {
  "host.mjs": "src/host-program/main.ts",
  "cli.mjs": "src/cli/main.ts",
} as const;
type Program = keyof typeof ENTRIES;

const PUBLIC = join(ROOT, "src/console/public");

/** The bundle of a program, served at its name. */
export const programPath = (name: Program): string => join(PUBLIC, name);

/** Bundles a program into one file for Node 20 and later. The output is reproducible. */
export const bundleProgram = async (name: Program): Promise<{ text: string; inputs: Metafile["inputs"] }> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, ENTRIES[name])],
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "inline",
    metafile: true,
    write: false,
    outfile: name,
    // CommonJS packages load Node's modules through this `require`.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return { text: outputFiles[0]?.text ?? "", inputs: metafile.inputs };
};

const served = (name: Program): string | undefined => {
  try {
    return readFileSync(programPath(name), "utf8");
  } catch {
    return undefined;
  }
};

const writeProgram = async (name: Program): Promise<void> => {
  const { text } = await bundleProgram(name);
  if (text !== served(name)) writeFileSync(programPath(name), text, { mode: 0o755 });
};

/** Writes the bundles that differ: a server that runs from this folder reloads, which cuts off its connections. */
export const writePrograms = async (): Promise<void> => {
  await Promise.all([writeProgram("host.mjs"), writeProgram("cli.mjs")]);
};

if (import.meta.main) await Promise.all([writePrograms(), writeDocs()]);
