import { createHash } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { codeOf, Plain } from "../programs/plain-error.ts";
import type { StateFolder } from "./state-folder.ts";

const CONNECT_MS = 2000;

/** A name that the system gives to one process at a time and frees when it dies; null if there is none. */
const lockName = (path: string, platform: string): string | null => {
  const name = `muster-host-${createHash("sha256").update(path).digest("hex").slice(0, 24)}`;
  if (platform === "linux") return `\0${name}`;
  return platform === "win32" ? `\\\\.\\pipe\\${name}` : null;
};

/** The socket on which the running host answers `status`. */
export const statusAddress = (state: StateFolder, platform: string): string =>
  platform === "win32" ? `${lockName(state.path, platform)}-status` : state.file("status.sock");

/** The status of the host with this state folder; undefined if none runs. */
export const queryStatus = (address: string): Promise<string | undefined> =>
  new Promise((answered) => {
    let text = "";
    const socket = connect(address);
    socket.setTimeout(CONNECT_MS, () => socket.destroy());
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => answered(text === "" ? undefined : text));
  });

const listen = (server: Server, address: string): Promise<boolean> =>
  new Promise((done, failed) => {
    const refused = (error: Error) => {
      if (codeOf(error) === "EADDRINUSE") done(false);
      else failed(error);
    };
    server.once("error", refused);
    server.listen(address, () => {
      server.off("error", refused);
      done(true);
    });
  });

/** Makes this process the only host of its state folder, and serves its status. Throws `Plain` if another one runs. */
export const beTheOnlyOne = async (state: StateFolder, currentStatus: () => unknown): Promise<Server> => {
  const { platform } = process;
  const address = statusAddress(state, platform);
  const taken = async () => {
    const running: unknown = JSON.parse((await queryStatus(address)) ?? "{}");
    const pid: unknown =
      typeof running === "object" && running !== null ? Reflect.get(running, "pid") : undefined;
    return new Plain(
      `a host of ${state.path} runs already${pid === undefined ? "" : ` (process ${String(pid)})`}; stop it, or give this one another folder with --state`,
    );
  };
  const lock = lockName(state.path, platform);
  if (lock === null) {
    if ((await queryStatus(address)) !== undefined) throw await taken();
  } else {
    const holder = createServer((socket) => socket.destroy());
    if (!(await listen(holder, lock))) throw await taken();
    holder.unref();
  }
  // The process that left this socket file is dead.
  if (platform !== "win32") rmSync(address, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(JSON.stringify(currentStatus()));
  });
  if (!(await listen(server, address))) throw await taken();
  if (platform !== "win32") chmodSync(address, 0o600);
  server.unref();
  return server;
};
