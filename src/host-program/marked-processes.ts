import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Stands in the environment of all that a run starts, by which it is found when it has left the run's process group. */
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
/** After so long what is left can't be ended by us: it waits in the kernel, or is another user's. */
const SWEEP_MS = 20_000;

const readProcess = async (pid: number): Promise<Found | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold anything; what counts stands after its end.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const environ = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    const line = environ.split("\0").find((each) => each.startsWith(`${MARK}=`));
    return { pid, parent: Number(parent), group: Number(group), mark: line?.slice(MARK.length + 1) };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
};

const readProc = async (): Promise<Found[]> => {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((each) => each !== undefined);
};

const run = promisify(execFile);

/** The same of a system without /proc, whose ps shows the environment of one's own processes. */
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

/** The processes of a run: those with its mark, those of its groups, and all that descend from either. */
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
  /** How many were ended. */
  killed: number;
  /** Those that would not end. */
  left: readonly number[];
}

/**
 * Ends every process of a run, however it left the run's group (double forks, setsid, nohup), until two looks in a row
 * find none: one may fork while it is looked for. Windows has neither: there taskkill has ended the tree.
 */
export const sweep = async (
  isMark: (mark: string) => boolean,
  groups: readonly number[] = [],
): Promise<Swept> => {
  if (process.platform === "win32") return { killed: 0, left: [] };
  const read = process.platform === "linux" ? readProc : readPs;
  const killed = new Set<number>();
  const end = performance.now() + SWEEP_MS;
  for (let clean = 0; ; ) {
    const found = runsOwn(await read(), isMark, groups);
    clean = found.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_SWEEPS) return { killed: killed.size, left: [] };
    if (performance.now() > end) return { killed: killed.size, left: found };
    for (const pid of found) {
      killed.add(pid);
      kill(pid, "SIGKILL");
    }
    await sleep(PAUSE_MS);
  }
};
