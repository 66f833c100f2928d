/// <reference types="node" />
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Over } from "./client.ts";
import { isEnded, judge } from "./judge.ts";
import { runAwareProcess } from "./lease-process.ts";
import { Ledger } from "./ledger.ts";
import { runOldProcess } from "./old-process.ts";
import { runOperator } from "./operator.ts";
import { HOST_KINDS, makePlace, makeProject, makeToken, type Place } from "./place.ts";
import { Dice } from "./random.ts";
import { readJobs } from "./read-jobs.ts";
import { freePort, Server } from "./server.ts";
import { summaryOf } from "./summary.ts";

/*
 * The crash test: the local server under load, its whole process group killed outright again and again, and then
 * a look at whether it kept its word. KILLS (20) and SEED may be given.
 */

const PROCESSES_OF_EACH_KIND = 10;
const OPERATORS = 3;
/** When the server is killed: mostly after so many more answers, within so long, now and then before it gives any. */
const ANSWERS = [20, 400] as const;
const UP_SECONDS = 12;
const EARLY = 0.15;
const EARLY_SECONDS = [0, 6] as const;
/** The longest wait for the last jobs to end; the run limit of a minute ends those that nobody reports on. */
const DRAIN_SECONDS = 180;

/** The waiting times of the product, shortened. */
const SETTINGS = {
  LEASE_SECONDS: "3",
  CONTACT_SECONDS: "1",
  LOST_SECONDS: "15",
  CANCEL_SECONDS: "3",
  WINDOW_SECONDS: "5",
  RUN_LIMIT_MINUTES: "1",
};

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const kills = Number(process.env.KILLS ?? 20);
const dice = new Dice(seed);
const ledger = new Ledger();
const over = new AbortController();
const full = new AbortController();
const began = Date.now();

const stateDir = mkdtempSync(join(tmpdir(), "muster-crash-"));
const adminToken = randomBytes(24).toString("hex");
const server = new Server(await freePort(), { ...SETTINGS, STATE_DIR: stateDir, ADMIN_TOKEN: adminToken });
process.on("exit", () => {
  server.killNow();
  rmSync(stateDir, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

let actors = 0;
const clientWith = (token: string): Client =>
  new Client(server.baseUrl, { token, ledger, dice: dice.fork(++actors), over: over.signal });

const say = (text: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(1)} s  ${text}`);

/** An actor ends with the run; any other error of it is kept as a violation. */
const acting = (actor: Promise<void>): Promise<void> =>
  actor.catch((error: unknown) => {
    if (!(error instanceof Over)) ledger.violations.push(`a client stopped: ${String(error)}`);
  });

/** Ten old processes and ten that know of leases: on two hosts of their kind six each, on two mixed ones the rest. */
const runHosts = (places: readonly Place[], token: string): Promise<void>[] => {
  const ofKind = (kind: string) => places.filter((place) => place.kind === kind);
  const run = (kind: string, work: (client: Client, place: Place, number: number) => Promise<void>) =>
    Array.from({ length: PROCESSES_OF_EACH_KIND }, (_, number) => {
      const among = number % 5 < 3 ? ofKind(kind) : ofKind("mixed");
      const place = among[number % among.length];
      if (!place) throw new Error(`no host for a process of kind ${kind}`);
      return acting(work(clientWith(token), place, number));
    });
  return [...run("old", runOldProcess), ...run("aware", runAwareProcess)];
};

/** Kills the server at a random moment and starts it again. Gives whether it was still starting. */
const killOnce = async (number: number): Promise<boolean> => {
  const prefetched = dice.chance(EARLY);
  const before = ledger.answers;
  const wanted = before + dice.between(...ANSWERS);
  if (prefetched) await sleep(dice.between(...EARLY_SECONDS) * 1000);
  else {
    await server.ready();
    for (const end = Date.now() + UP_SECONDS * 1000; ledger.answers < wanted && Date.now() < end; )
      await sleep(5);
  }
  await server.kill();
  server.start();
  const since = prefetched ? "while it was starting" : `after ${ledger.answers - before} answers`;
  say(`kill ${number} of ${kills}, ${since}`);
  return prefetched;
};

const run = async (): Promise<number> => {
  say(`seed ${seed}, ${kills} kills, ${server.baseUrl}, ${JSON.stringify(SETTINGS)}`);
  server.start();
  await server.ready();
  const admin = clientWith(adminToken);
  const projectId = await makeProject(admin);
  const places: Place[] = [];
  for (const kind of [...HOST_KINDS, ...HOST_KINDS]) places.push(await makePlace(admin, projectId, kind));
  const hosts = runHosts(places, await makeToken(admin, "host"));
  const operatorToken = await makeToken(admin, "operator");
  const operators = Array.from({ length: OPERATORS }, () =>
    acting(runOperator(clientWith(operatorToken), places, full.signal)),
  );
  let prefetched = 0;
  for (let number = 1; number <= kills; number++) if (await killOnce(number)) prefetched++;
  await server.ready();
  full.abort();
  await Promise.all(operators);
  say("no more is scheduled; the last jobs are waited for");
  const reader = clientWith(adminToken);
  let jobs = await readJobs(reader, projectId);
  for (const end = Date.now() + DRAIN_SECONDS * 1000; !jobs.every(isEnded) && Date.now() < end; ) {
    await sleep(2000);
    jobs = await readJobs(reader, projectId);
  }
  over.abort();
  await Promise.all(hosts);
  // A client's last report may have come after the last read.
  jobs = await readJobs(
    new Client(server.baseUrl, { token: adminToken, ledger, dice, over: new AbortController().signal }),
    projectId,
  );
  const violations = [...judge(ledger, jobs), ...server.bugs.map((bug) => `the server logged a bug: ${bug}`)];
  for (const line of summaryOf({
    seed,
    kills,
    prefetched,
    ledger,
    jobs,
    violations,
    tookMs: Date.now() - began,
  })) {
    console.log(line);
  }
  return violations.length === 0 ? 0 : 1;
};

let code = 1;
try {
  code = await run();
} catch (error) {
  console.error(error);
}
await server.kill();
process.exit(code);
