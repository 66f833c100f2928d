import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { freePort, Run, until } from "../local/checkout.ts";

/** A new database takes each migration in turn, which is slow on a machine that has much to do. */
const READY_SECONDS = 400;
const TOKEN = "the-admin-token-of-host-program-tests";

/** One local server for all files, with the waiting times of runs shortened; `npm start` makes the program that is tested. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const stateDir = mkdtempSync(join(tmpdir(), "muster-hosts-"));
  const port = await freePort();
  const settings = { CANCEL_SECONDS: "20", CONTACT_SECONDS: "1", RATE_LIMITS: "off", LOG_QUIET: "off" };
  const server = new Run(process.cwd(), ["start"], {
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
    const isReady = () => {
      if (server.code !== undefined) throw new Error(`the server ended:\n${server.output}`);
      return server.output.includes("Muster is ready");
    };
    await until("the server is ready", isReady, READY_SECONDS);
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
