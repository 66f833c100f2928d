import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { bundleProgram } from "../../src/local/bundle-programs.ts";
import { build } from "./build.ts";
import { shown, table } from "./figures.ts";
import type { Findings, Session } from "./session.ts";
import { fill } from "./stock.ts";
import { SEED } from "./ticks.ts";
import { ADMIN_TOKEN, migrate, type Running, startWorkers } from "./workerd.ts";

const SIZE = { hosts: 1000, jobs: 1_000_000 };
const QUICK = { hosts: 100, jobs: 50_000 };
const MAX_MB = 64;
const LEAST_ROWS = 5000;
const MB = 1024 * 1024;

/** What a process took, to its end. */
interface Took {
  seconds: number;
  /** The most memory that it had of its own at once, and with the code of its program, which all of one program share. */
  ownMb: number;
  mb: number;
  stdout: string;
}

const field = (pid: number, name: string): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** Runs a program to its end. Throws where it fails. */
const run = (
  [program = "", ...args]: readonly string[],
  { env = {}, into }: { env?: Record<string, string>; into?: string } = {},
): Promise<Took> =>
  new Promise((ended, failed) => {
    const began = performance.now();
    const shell =
      into === undefined
        ? ([program, args] as const)
        : (["sh", ["-c", `exec "$0" "$@" > '${into}'`, program, ...args]] as const);
    const child = spawn(shell[0], shell[1], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    let [ownMb, mb] = [0, 0];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const timer = setInterval(() => {
      ownMb = Math.max(ownMb, field(child.pid ?? 0, "RssAnon"));
      mb = Math.max(mb, field(child.pid ?? 0, "VmHWM"));
    }, 10);
    child.on("error", failed);
    child.on("close", (code) => {
      clearInterval(timer);
      if (code === 0) ended({ seconds: (performance.now() - began) / 1000, ownMb, mb, stdout });
      else failed(new Error(`${program} ${args.join(" ")} ended with ${code}`));
    });
  });

/** The files of SQLite that a process has open, the largest first. */
const databasesOf = (pid: number): string[] => {
  const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
  return [...new Set(open)]
    .filter((path) => path.endsWith(".sqlite") && existsSync(path))
    .toSorted((one, other) => statSync(other).size - statSync(one).size);
};

const copyDatabase = (pid: number, to: string): void => {
  const [largest] = databasesOf(pid);
  if (largest === undefined) throw new Error("no database of the runtime was found");
  for (const end of ["", "-wal"])
    if (existsSync(`${largest}${end}`)) copyFileSync(`${largest}${end}`, `${to}${end}`);
};

interface Measured {
  name: string;
  seconds: number;
  ownMb: number;
  mb: number;
  bytes: number;
}

const counted = async (db: Running["db"]): Promise<unknown> =>
  db
    .prepare(
      `SELECT (SELECT COUNT(*) FROM jobs) AS jobs, (SELECT COUNT(*) FROM schedules) AS schedules,
         (SELECT SUM(id * attempt + status_changed_at % 1000) FROM jobs) AS sum`,
    )
    .first();

/** Export and restore of the whole installation by the command line, beside sqlite3's own dump of the same file. */
export const benchExport = async ({ scratch, quick, log }: Session): Promise<Findings> => {
  const size = quick ? QUICK : SIZE;
  log("building");
  const built = await build(join(scratch, "now"));
  const cli = join(scratch, "cli.mjs");
  writeFileSync(cli, (await bundleProgram("cli.mjs")).text);
  const runtime = await startWorkers({ full: built, empty: built });
  try {
    const [full, empty] = runtime.workers;
    if (!full || !empty) throw new Error("two Workers are needed");
    log(`making ${shown(size.hosts)} hosts and ${shown(size.jobs)} jobs`);
    await migrate(full.db);
    await fill(full.db, { ...size, now: Date.now(), seed: SEED, hasHistory: false });
    await migrate(empty.db);
    const muster = (worker: Running, command: string, file: string) =>
      run([process.execPath, cli, command, file, "--json"], {
        env: { MUSTER_URL: worker.url.origin, MUSTER_TOKEN: ADMIN_TOKEN },
      });
    const [file, dump] = [join(scratch, "all.jsonl"), join(scratch, "all.sql")];
    const [copy, read] = [join(scratch, "copy.sqlite"), join(scratch, "read.sqlite")];
    copyDatabase(runtime.pid, copy);
    log("sqlite3 .dump");
    const dumped = await run(["sqlite3", copy, ".dump"], { into: dump });
    log("muster export");
    const runtimeMb = field(runtime.pid, "VmRSS");
    const exported = await muster(full, "export", file);
    const grownMb = field(runtime.pid, "VmRSS") - runtimeMb;
    log("sqlite3 .read");
    const readIn = await run(["sqlite3", read, `.read ${dump}`]);
    rmSync(read);
    log("muster restore");
    const restored = await muster(empty, "restore", file);
    const rows: number = JSON.parse(exported.stdout).rows;
    const [was, is] = [await counted(full.db), await counted(empty.db)].map((each) => JSON.stringify(each));
    const measured: Measured[] = [
      { name: "muster export", ...exported, bytes: statSync(file).size },
      { name: "sqlite3 .dump", ...dumped, bytes: statSync(dump).size },
      { name: "muster restore", ...restored, bytes: statSync(file).size },
      { name: "sqlite3 .read", ...readIn, bytes: statSync(dump).size },
    ];
    const perSecond = ({ seconds }: Measured) => rows / seconds;
    const ratioOf = (place: number) => {
      const [mine, other] = [measured[place - (place % 2)], measured[place - (place % 2) + 1]];
      return place % 2 === 0 && mine && other ? shown(perSecond(mine) / perSecond(other)) : "";
    };
    const targets = [`< ${MAX_MB} MB`, "", `>= ${shown(LEAST_ROWS)}/s`, ""];
    const missed = [
      ...(exported.ownMb < MAX_MB ? [] : [`muster export took ${shown(exported.ownMb)} MB, over ${MAX_MB}`]),
      ...(rows / restored.seconds >= LEAST_ROWS
        ? []
        : [`muster restore brought ${shown(rows / restored.seconds)} rows a second, under ${LEAST_ROWS}`]),
      ...(was === is ? [] : [`what was restored differs: ${was}, ${is}`]),
    ];
    return {
      lines: [
        `${shown(rows)} rows, ${shown(size.jobs)} of them jobs. workerd took ${shown(grownMb)} MB more after the export than before.`,
        "",
        ...table(
          ["", "s", "rows/s", "of sqlite3", "MB of its own", "with its code", "MB of file", "target"],
          measured.map((each, place) => [
            each.name,
            shown(each.seconds),
            shown(perSecond(each)),
            ratioOf(place),
            shown(each.ownMb),
            shown(each.mb),
            shown(each.bytes / MB),
            targets[place] ?? "",
          ]),
        ),
      ],
      figures: { size, rows, grownMb, measured },
      missed,
    };
  } finally {
    await runtime.stop();
  }
};
