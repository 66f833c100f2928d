import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const ROOT = resolve(import.meta.dirname, "../..");
const WRANGLER = fileURLToPath(import.meta.resolve("wrangler"));

/** A Worker as wrangler would upload it. */
export interface Bundle {
  /** Where its one module lies. */
  path: string;
  script: string;
  bytes: number;
  gzippedBytes: number;
}

/** Builds a Worker as a deployment does, without one: the product of a tree, or another script with its settings. */
export const build = async (into: string, script?: string, root: string = ROOT): Promise<Bundle> => {
  const args = ["--no-warnings", WRANGLER, "deploy", "--dry-run", "--outdir", into];
  const named = script === undefined ? [] : [join(import.meta.dirname, script)];
  const environment = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
    CI: "true",
  };
  await promisify(execFile)(process.execPath, [...args, ...named], { cwd: root, env: environment });
  const [file, ...others] = readdirSync(into).filter((name) => name.endsWith(".js"));
  if (file === undefined || others.length > 0) throw new Error(`wrangler left not one module in ${into}`);
  const bytes = readFileSync(join(into, file));
  return {
    path: join(into, file),
    script: bytes.toString(),
    bytes: bytes.length,
    gzippedBytes: gzipSync(bytes).length,
  };
};
