/// <reference types="node" />
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { HostMachine } from "../crash/host-machine.ts";
import { CountedLine, HostPlace, idIn } from "./host-place.ts";

/*
 * From due to the test's first line, and the requests that it took: the host program with poll_seconds 1 beside a poller
 * that asks each second, one that asks each 3 s (GitLab runner's default, check_interval) and one that asks each minute
 * (the vendor's way), all in one run, with the same times of jobs. JOBS (20) each over MINUTES (5) may be given. The jobs
 * are planned before they are due, as a schedule's are.
 */

const JOBS = Number(process.env.JOBS ?? 20);
const MINUTES = Number(process.env.MINUTES ?? 5);
const LEAD_MS = 15_000;

const place = await HostPlace.open();
const began = new Map<number, number>();

/** A test whose first line is the time at which it began. */
const SCRIPT = `echo "$MUSTER_JOB_ID $(date +%s%3N)" >> "${place.folder}/first-lines"`;

interface Contender {
  name: string;
  agent: number;
  line: CountedLine;
}

/** The least that a poller must do: poll, report RUNNING, run, report the end. */
const startPoller = async (name: string, seconds: number, over: AbortSignal): Promise<Contender> => {
  const line = await CountedLine.open(place.server.baseUrl);
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${line.address}/api/v3${path}`, {
      method,
      headers: { Authorization: `Bearer ${place.token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return response.json();
  };
  const facts = { host_name: name, ip_address: "127.0.0.1", mac_address: "0", host_guid: randomUUID() };
  const host = idIn(await send("POST", "/automation/host", facts), "host_server_id");
  const agentFacts = {
    name,
    framework: "testNG",
    framework_id: "testNG-plugin",
    agent_client_id: "1",
    active: true,
  };
  const agents = `/projects/${place.project}/automation/hosts/${host}/agents`;
  const agent = idIn(await send("POST", agents, agentFacts), "agent_server_id");
  const runOne = async (job: number): Promise<void> => {
    const status = `/projects/${place.project}/automation/jobs/${job}/status`;
    await send("PUT", status, { status: "RUNNING" });
    await new Promise((ended) =>
      spawn("sh", ["-c", SCRIPT], { env: { ...process.env, MUSTER_JOB_ID: String(job) } }).once(
        "close",
        ended,
      ),
    );
    await send("PUT", status, { status: "COMPLETED" });
  };
  const poll = async (): Promise<void> => {
    // Not all at the same moment.
    await sleep(Math.random() * seconds * 1000);
    while (!over.aborted) {
      const now = encodeURIComponent(new Date().toISOString());
      const found = await send("GET", `/automation/hosts/${host}/jobs?end_date=${now}`);
      const jobs = z.array(z.looseObject({ job_id: z.int() })).safeParse(found).data ?? [];
      for (const { job_id } of jobs) void runOne(job_id);
      await sleep(seconds * 1000, undefined, { signal: over }).catch(() => undefined);
    }
  };
  void poll();
  return { name, agent, line };
};

const startProgram = async (): Promise<{ contender: Contender; machine: HostMachine }> => {
  const line = await CountedLine.open(place.server.baseUrl);
  const config = {
    url: line.address,
    slots: 4,
    poll_seconds: 1,
    free_disk: "1MB",
    agents: [{ name: "tests", project: place.project, command: SCRIPT, shell: true }],
  };
  const machine = new HostMachine(
    join(place.folder, "host"),
    { MUSTER_TOKEN: place.token },
    JSON.stringify(config),
  );
  machine.start();
  while (machine.hostId === undefined) await sleep(100);
  return {
    contender: { name: "host program, poll_seconds 1", agent: await place.agentOf(machine.hostId), line },
    machine,
  };
};

const over = new AbortController();
const { contender: ours, machine } = await startProgram();
const contenders = [
  ours,
  await startPoller("a poll each second", 1, over.signal),
  await startPoller("a poll each 3 s", 3, over.signal),
  await startPoller("a poll each minute", 60, over.signal),
];
const start = Date.now() + LEAD_MS;
const dues = Array.from(
  { length: JOBS },
  () => Math.ceil((start + Math.random() * MINUTES * 60_000) / 1000) * 1000,
);
const jobs: { contender: Contender; due: number; job: number }[] = [];
for (const due of dues) {
  for (const contender of contenders)
    jobs.push({ contender, due, job: await place.schedule(contender.agent, new Date(due)) });
}
for (const { line } of contenders) line.requests = 0;
const from = Date.now();
await sleep(start + MINUTES * 60_000 + 62_000 - Date.now());
const tookSeconds = (Date.now() - from) / 1000;
over.abort();
const path = join(place.folder, "first-lines");
for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n") : []) {
  const [job, at] = line.split(" ").map(Number);
  if (job && at) began.set(job, at);
}
const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
const results = contenders.map((contender) => {
  const waits = jobs
    .filter((each) => each.contender === contender)
    .flatMap(({ job, due }) => (began.has(job) ? [(began.get(job) ?? 0) - due] : []))
    .sort((one, other) => one - other);
  return {
    name: contender.name,
    p50: share(waits, 0.5),
    p95: share(waits, 0.95),
    ran: waits.length,
    requests: contender.line.requests,
  };
});
for (const { name, p50, p95, ran, requests } of results) {
  console.log(
    `${name.padEnd(30)} ${String(ran).padStart(3)} of ${JOBS} ran, p50 ${(p50 / 1000).toFixed(2)} s, p95 ${(p95 / 1000).toFixed(2)} s, ${requests} requests in ${tookSeconds.toFixed(0)} s`,
  );
}
const [program, second] = results;
await machine.end("SIGTERM");
await place.server.kill();
const ok =
  program && second && program.ran === JOBS && program.p50 < 1500 && program.requests <= second.requests / 3;
console.log(
  ok
    ? "the targets are met: p50 under 1.5 s, a third of the requests"
    : "a target is missed: p50 under 1.5 s, a third of the requests",
);
process.exit(ok ? 0 : 1);
