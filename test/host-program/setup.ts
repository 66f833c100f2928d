import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { freePort, npmRun, Run } from "../local/checkout.ts";

const TOKEN = "the-admin-token-of-host-program-tests";

/** One local server for all files, with the waiting times of runs shortened; `npm start` makes the program that is tested. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const stateDir = mkdtempSync(join(tmpdir(), "muster-hosts-"));
  const port = await freePort();
  const settings = { CANCEL_SECONDS: "20", CONTACT_SECONDS: "1", RATE_LIMITS: "off", LOG_QUIET: "off" };
  const server = new Run(process.cwd(), npmRun(["start"]), {
    ...settings,
    PORT: String(port),
    STATE_DIR: stateDir,
    ADMIN_TOKEN: TOKEN,
  });
  const leave = async () => {
    server.signalGroup("SIGINT");
    await server.groupEnds();
    rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    await server.isReady();
  } catch (error) {
    await leave();
    throw error;
  }
  provide("service", { address: `http://127.0.0.1:${port}`, token: TOKEN });
  return leave;
};

declare module "vitest" {
  interface ProvidedContext {
    service: { address: string; token: string };
  }
}
