import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";
import { freePort, npmRun, Run } from "../local/checkout.ts";
import { findChromium, NO_CHROMIUM } from "./chromium.ts";

export const TOKEN = "the-admin-token-of-browser-tests";

/** A local server with a database of its own, and a browser. */
export interface Place {
  address: string;
  /** Where the browser is connected to. */
  browser: string;
  /** Ends the server, has `meanwhile` done without one, and starts it again at its address. */
  restart: (meanwhile: () => Promise<void>) => Promise<void>;
  leave: () => Promise<void>;
}

export const startBrowser = (): Promise<BrowserServer> => {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(NO_CHROMIUM);
  // Without a sandbox, for it runs as root where tests do.
  const args = ["--no-sandbox", "--disable-background-networking", "--force-color-profile=srgb"];
  return chromium.launchServer({ executablePath, args });
};

/** Starts the local server over the database in `stateDir`, at `ownPort` if given. */
export const startServer = async (stateDir: string, ownPort?: number) => {
  const port = ownPort ?? (await freePort());
  const variables = { PORT: String(port), STATE_DIR: stateDir, ADMIN_TOKEN: TOKEN, RATE_LIMITS: "off" };
  const server = new Run(process.cwd(), npmRun(["start"]), variables);
  const stop = async () => {
    server.signalGroup("SIGINT");
    await server.groupEnds();
  };
  try {
    await server.isReady();
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `http://127.0.0.1:${port}`, port, stop };
};

export const makeStateDir = (): string => mkdtempSync(join(tmpdir(), "muster-browser-"));

export const startPlace = async (): Promise<Place> => {
  const stateDir = makeStateDir();
  const [browser, first] = await Promise.all([startBrowser(), startServer(stateDir)]);
  const { address, port } = first;
  let server = first;
  const restart = async (meanwhile: () => Promise<void>) => {
    await server.stop();
    await meanwhile();
    server = await startServer(stateDir, port);
  };
  const leave = async () => {
    await browser.close();
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
  return { address, browser: browser.wsEndpoint(), restart, leave };
};
