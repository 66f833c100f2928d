import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { ROOT } from "./options.ts";

/** The bundle, served at /host.mjs. */
export const HOST_PROGRAM = join(ROOT, "src/console/public/host.mjs");

/** Bundles the host program into one file for Node 20 and later. The output is reproducible. */
export const bundleHostProgram = async (): Promise<{ text: string; inputs: Metafile["inputs"] }> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, "src/host-program/main.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "inline",
    metafile: true,
    write: false,
    outfile: "host.mjs",
    // CommonJS packages load Node's modules through this `require`.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return { text: outputFiles[0]?.text ?? "", inputs: metafile.inputs };
};

const served = (): string | undefined => {
  try {
    return readFileSync(HOST_PROGRAM, "utf8");
  } catch {
    return undefined;
  }
};

/** Writes the bundle only if it differs: a server that runs from this folder reloads, which cuts off its connections. */
export const writeHostProgram = async (): Promise<void> => {
  const { text } = await bundleHostProgram();
  if (text !== served()) writeFileSync(HOST_PROGRAM, text, { mode: 0o755 });
};

if (import.meta.main) await writeHostProgram();
