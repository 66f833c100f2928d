/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HostMachine } from "../crash/host-machine.ts";
import { HostPlace } from "./host-place.ts";

/* One host runs JOBS (1,000) jobs of 50 ms with 8 slots: its memory and its descriptors at the end, and after the first 100. */

const JOBS = Number(process.env.JOBS ?? 1000);
const FIRST = 100;
const MAX_GROWTH_MB = 20;

const place = await HostPlace.open();
const config = {
  url: place.server.baseUrl,
  slots: 8,
  poll_seconds: 0.5,
  free_disk: "1MB",
  agents: [{ name: "tests", project: place.project, command: "sleep 0.05" }],
};
const machine = new HostMachine(
  join(place.folder, "host"),
  { MUSTER_TOKEN: place.token },
  JSON.stringify(config),
);
machine.start();
while (machine.hostId === undefined) await sleep(100);
const agent = await place.agentOf(machine.hostId);

const look = () => ({
  megabytes: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${machine.pid}/status`, "utf8"))?.[1]) / 1024,
  descriptors: readdirSync(`/proc/${machine.pid}/fd`).length,
});
const untilReported = async (count: number): Promise<void> => {
  while (machine.reported.length < count) await sleep(200);
  // Requests under way are dropped.
  await sleep(2000);
};
const scheduleMany = async (count: number): Promise<void> => {
  for (let made = 0; made < count; made += 10) {
    await Promise.all(
      Array.from({ length: Math.min(10, count - made) }, () => place.schedule(agent, new Date())),
    );
  }
};

const began = Date.now();
await scheduleMany(FIRST);
await untilReported(FIRST);
const early = look();
await scheduleMany(JOBS - FIRST);
await untilReported(JOBS);
const late = look();
const completed = machine.reported.filter(({ status }) => status === "COMPLETED").length;
const growth = late.megabytes - early.megabytes;
console.log(`${completed} of ${JOBS} jobs COMPLETED in ${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(
  `memory ${early.megabytes.toFixed(1)} MB after ${FIRST}, ${late.megabytes.toFixed(1)} MB at the end (target: at most ${MAX_GROWTH_MB} more)`,
);
console.log(`descriptors ${early.descriptors} after ${FIRST}, ${late.descriptors} at the end`);
await machine.end("SIGTERM");
await place.server.kill();
process.exit(completed === JOBS && growth <= MAX_GROWTH_MB && late.descriptors <= early.descriptors ? 0 : 1);
