/// <reference types="node" />
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Client, Over } from "./client.ts";
import { HostMachine } from "./host-machine.ts";
import { isEnded, judge } from "./judge.ts";
import { judgeRuns } from "./judge-runs.ts";
import { Ledger } from "./ledger.ts";
import { makeProject, makeToken } from "./place.ts";
import { Dice } from "./random.ts";
import { readJobs } from "./read-jobs.ts";
import { freePort, Server } from "./server.ts";

/*
 * The crash test of the host program: real hosts that run real processes, while the server's whole process group and
 * the hosts are killed outright again and again; then a look at whether all kept their word. KILLS (20 of each), HOSTS
 * (10) and SEED may be given.
 */

const kills = Number(process.env.KILLS ?? 20);
const hostCount = Number(process.env.HOSTS ?? 10);
const dice = new Dice(Number(process.env.SEED ?? randomInt(2 ** 31)));
/** A job of a dead host ends only after its lease of 30 s has run out and its alarm has fired. */
const DRAIN_SECONDS = 300;
const UP_SECONDS = 30;
const SETTINGS = {
  LEASE_SECONDS: "3",
  CONTACT_SECONDS: "1",
  CANCEL_SECONDS: "3",
  WINDOW_SECONDS: "5",
  RUN_LIMIT_MINUTES: "2",
};

const folder = mkdtempSync(join(tmpdir(), "muster-crash-hosts-"));
const adminToken = randomBytes(24).toString("hex");
const server = new Server(await freePort(), {
  ...SETTINGS,
  STATE_DIR: join(folder, "server"),
  ADMIN_TOKEN: adminToken,
});
const ledger = new Ledger();
const over = new AbortController();
const client = new Client(server.baseUrl, { token: adminToken, ledger, dice, over: over.signal });
const machines: HostMachine[] = [];
const began = Date.now();

process.on("exit", () => {
  server.killNow();
  for (const { pid } of machines) if (pid > 0) killQuietly(pid);
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
};

const say = (text: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(1)} s  ${text}`);

/** What each job does: it says that it began, leaves processes behind in hard ways, and ends after a while. */
const SCRIPT = [
  `echo "$MUSTER_JOB_ID $MUSTER_ATTEMPT" >> "${folder}/starts"`,
  "(setsid sleep 700 > /dev/null 2>&1 &)",
  "sleep 700 &",
  'sleep "$(( MUSTER_JOB_ID % 4 ))"',
  `echo "$MUSTER_JOB_ID $MUSTER_ATTEMPT" >> "${folder}/ends"`,
].join("\n");

const configOf = (project: number): string =>
  JSON.stringify({
    ...{ url: server.baseUrl, poll_seconds: 0.5, lease_seconds: 30, retry_seconds: 0.1, timeout_seconds: 5 },
    ...{ slots: 2, free_disk: "1MB", stop_seconds: 1 },
    agents: [{ name: "tests", project, command: SCRIPT, shell: true }],
  });

const runsIn = (name: string): string[] => {
  const path = join(folder, name);
  return existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
};

/** The processes that have a mark of a run of these hosts. */
const childrenLeft = (): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter(Number.isInteger)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, "latin1").includes(`MUSTER_STATE=${folder}`) &&
          pid !== process.pid
        );
      } catch {
        return false;
      }
    });

const agentsOf = async (): Promise<number[]> => {
  const agents: number[] = [];
  for (const { hostId } of machines) {
    const { body } = await client.send("GET", `/automation/hosts/${hostId}/agents`);
    agents.push(
      ...z
        .array(z.looseObject({ agent_server_id: z.int() }))
        .parse(body)
        .map(({ agent_server_id }) => agent_server_id),
    );
  }
  return agents;
};

const scheduledShape = z.looseObject({ jobs: z.tuple([z.looseObject({ job_id: z.int() })]) });

const scheduleOn = async (project: number, agents: readonly number[], full: AbortSignal): Promise<void> => {
  for (let number = 0; !full.aborted; number++) {
    const agent = dice.pick(agents);
    const requeues = dice.chance(0.3);
    const { body } = await client.send("POST", `/projects/${project}/automation/schedules`, {
      body: {
        name: "crash",
        agent_server_id: agent,
        start_date: new Date().toISOString(),
        ...(requeues ? { on_lost: "requeue", max_attempts: 3 } : {}),
      },
      headers: { "Idempotency-Key": `schedule ${number}` },
    });
    ledger.jobs.push(scheduledShape.parse(body).jobs[0].job_id);
    await client.pause(100, 600);
  }
};

/** Waits until `more` more runs began, so that there is something to kill; up to a limit. */
const untilRunsBegin = async (more: number): Promise<void> => {
  const before = runsIn("starts").length;
  for (const end = Date.now() + UP_SECONDS * 1000; Date.now() < end; await sleep(20)) {
    if (runsIn("starts").length >= before + more) return;
  }
};

const run = async (): Promise<number> => {
  say(`${hostCount} hosts, ${kills} kills of the server and ${kills} of hosts, ${server.baseUrl}`);
  server.start();
  await server.ready();
  const project = await makeProject(client);
  const token = await makeToken(client, "host");
  for (let number = 0; number < hostCount; number++) {
    const environment = { MUSTER_TOKEN: token, MUSTER_NAME: `host ${number}` };
    machines.push(new HostMachine(join(folder, `host-${number}`), environment, configOf(project)));
  }
  for (const machine of machines) machine.start();
  for (
    const end = Date.now() + 120_000;
    machines.some(({ hostId }) => hostId === undefined);
    await sleep(100)
  ) {
    const silent = machines.find(({ hostId }) => hostId === undefined);
    if (Date.now() > end) throw new Error(`a host did not start:\n${silent?.last.join("\n")}`);
  }
  const full = new AbortController();
  const scheduling = scheduleOn(project, await agentsOf(), full.signal);
  for (let number = 1; number <= kills; number++) {
    await untilRunsBegin(dice.between(1, 12));
    const machine = dice.pick(machines);
    await machine?.end("SIGKILL");
    if (dice.chance(0.5)) await sleep(dice.between(0, 2000));
    machine?.start();
    await sleep(dice.between(0, 1500));
    await server.kill();
    await sleep(dice.between(0, 1000));
    server.start();
    await server.ready();
    say(`${number} of ${kills} kills of each; ${runsIn("starts").length} runs began so far`);
  }
  full.abort();
  await scheduling;
  say("no more is scheduled; the last jobs are waited for");
  let jobs = await readJobs(client, project);
  for (const end = Date.now() + DRAIN_SECONDS * 1000; !jobs.every(isEnded) && Date.now() < end; ) {
    await sleep(2000);
    jobs = await readJobs(client, project);
  }
  const codes = await Promise.all(machines.map((machine) => machine.end("SIGTERM")));
  jobs = await readJobs(client, project);
  over.abort();
  const left = childrenLeft();
  const reported = machines.flatMap((machine) => machine.reported);
  const violations = [
    ...judge(ledger, jobs),
    ...judgeRuns({ starts: runsIn("starts"), ends: runsIn("ends"), reported }, jobs),
    ...machines.flatMap(({ bugs }) => bugs),
    ...server.bugs,
    ...left.map((pid) => `process ${pid} is left`),
    ...codes.filter((code) => code !== 0).map((code) => `a host ended with ${code}`),
  ];
  const ends = Map.groupBy(jobs, ({ status }) => status);
  say(`${jobs.length} jobs: ${[...ends].map(([status, all]) => `${all.length} ${status}`).join(", ")}`);
  say(
    `${runsIn("starts").length} runs began, ${left.length} processes are left, ${violations.length} violations`,
  );
  for (const violation of violations.slice(0, 30)) console.log(`  ${violation}`);
  return violations.length === 0 ? 0 : 1;
};

let code = 1;
try {
  code = await run();
} catch (error) {
  if (!(error instanceof Over)) console.error(error);
}
await Promise.all(machines.map((machine) => machine.end("SIGKILL")));
await server.kill();
process.exit(code);
