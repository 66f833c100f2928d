import { execFile } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A variable in the environment of each process of a run. It identifies those that left the run's process group. */
export const MARK = "MUSTER_RUN_MARK";

interface Found {
  pid: number;
  parent: number;
  group: number;
  /** The run's mark in its environment, if it has one. */
  mark: string | undefined;
}

const PAUSE_MS = 15;
const CLEAN_SWEEPS = 2;
/** Processes left after this cannot be killed: they wait in the kernel, or belong to another user. */
const SWEEP_MS = 20_000;

/** Shared by all reads of /proc: a buffer for each of hundreds of processes would be freed late. */
let read = Buffer.allocUnsafe(256 * 1024);

/** Reads a file of /proc. The result is valid until the next read. */
const readInto = (path: string): Buffer => {
  const file = openSync(path, "r");
  try {
    for (let length = 0; ; ) {
      const more = readSync(file, read, length, read.length - length, null);
      if (more === 0) return read.subarray(0, length);
      length += more;
      if (length === read.length) read = Buffer.concat([read, Buffer.alloc(length)]);
    }
  } finally {
    closeSync(file);
  }
};

/** The mark in an environment block, whose variables end with NUL. */
const markIn = (environ: Buffer): string | undefined => {
  const name = `${MARK}=`;
  const at = environ.indexOf(`\0${name}`) + 1;
  if (at === 0 && environ.indexOf(name) !== 0) return undefined;
  const end = environ.indexOf(0, at);
  return environ.toString("latin1", at + name.length, end < 0 ? environ.length : end);
};

const readProcess = (pid: number): Found | undefined => {
  try {
    const stat = readInto(`/proc/${pid}/stat`).toString("latin1");
    // The name in parentheses may contain anything; the fields follow the last parenthesis.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    return { pid, parent: Number(parent), group: Number(group), mark: markOfProcess(pid) };
  } catch {
    // It has ended.
    return undefined;
  }
};

const markOfProcess = (pid: number): string | undefined => {
  try {
    return markIn(readInto(`/proc/${pid}/environ`));
  } catch {
    // It belongs to another user.
    return undefined;
  }
};

const readProc = async (): Promise<Found[]> =>
  (await readdir("/proc"))
    .map(Number)
    .filter(Number.isInteger)
    .map(readProcess)
    .filter((each) => each !== undefined);

const run = promisify(execFile);

/** The same without /proc: ps shows the environment of the user's own processes. */
const readPs = async (): Promise<Found[]> => {
  const { stdout } = await run("ps", ["-axEww", "-o", "pid=,ppid=,pgid=,stat=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, group, state, rest = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s(.*)$/.exec(line) ?? [];
    if (pid === undefined || state?.startsWith("Z")) return [];
    const mark = new RegExp(`(?:^|\\s)${MARK}=(\\S+)`).exec(rest)?.[1];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), mark }];
  });
};

/** The processes of a run: those with its mark or in its groups, and all their descendants. */
const runsOwn = (
  processes: readonly Found[],
  isMark: (mark: string) => boolean,
  groups: readonly number[],
): number[] => {
  const own = new Set(
    processes
      .filter(({ mark, group }) => (mark !== undefined && isMark(mark)) || groups.includes(group))
      .map(({ pid }) => pid),
  );
  for (let before = -1; own.size !== before; ) {
    before = own.size;
    for (const { pid, parent } of processes) if (own.has(parent)) own.add(pid);
  }
  own.delete(process.pid);
  return [...own];
};

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
};

export interface Swept {
  /** How many were killed. */
  killed: number;
  /** Those that could not be killed. */
  left: readonly number[];
}

/**
 * Kills every process of a run, even one that left its group (double forks, setsid, nohup), until two scans
 * in a row find none: one may fork during a scan. They are first stopped, until a scan finds no other: the child of a
 * killed one could no longer be told by its parent. On Windows taskkill has ended the tree, and this does nothing.
 */
export const sweep = async (
  isMark: (mark: string) => boolean,
  groups: readonly number[] = [],
): Promise<Swept> => {
  if (process.platform === "win32") return { killed: 0, left: [] };
  const readAll = process.platform === "linux" ? readProc : readPs;
  const killed = new Set<number>();
  const frozen = new Set<number>();
  const end = performance.now() + SWEEP_MS;
  for (let clean = 0; ; ) {
    const found = runsOwn(await readAll(), isMark, groups);
    clean = found.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_SWEEPS) return { killed: killed.size, left: [] };
    if (performance.now() > end) return { killed: killed.size, left: found };
    const others = found.filter((pid) => !frozen.has(pid));
    for (const pid of others) {
      frozen.add(pid);
      kill(pid, "SIGSTOP");
    }
    if (others.length > 0) continue;
    for (const pid of found) {
      killed.add(pid);
      kill(pid, "SIGKILL");
    }
    await sleep(PAUSE_MS);
  }
};
