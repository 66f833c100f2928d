import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { ROOT } from "./options.ts";

/** Where the host program is served from, at /host.mjs. */
export const HOST_PROGRAM = join(ROOT, "src/console/public/host.mjs");

/** Makes the host program one file for Node 20 and later, the same from the same sources. */
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
    // Packages that are no modules ask for Node's own parts by this.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return { text: outputFiles[0]?.text ?? "", inputs: metafile.inputs };
};

export const writeHostProgram = async (): Promise<void> =>
  writeFileSync(HOST_PROGRAM, (await bundleHostProgram()).text, { mode: 0o755 });

if (import.meta.main) await writeHostProgram();
