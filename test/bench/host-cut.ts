/// <reference types="node" />
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HostMachine } from "../crash/host-machine.ts";
import { CountedLine, HostPlace } from "./host-place.ts";
import { PlainHost } from "./plain-host.ts";

/*
 * JOBS (100) runs end while the line is cut, for CUT_SECONDS (300), which is longer than their leases: each must be there
 * once, with the outcome that it had and the time at which it ended. Beside them, in the same run, as many of a plain host
 * that says each end five times a second apart (plain-host.ts).
 *
 * What the agents of others do, by their sources as read: Woodpecker's (agent/rpc/client_grpc.go, `Done`) says the end of
 * a workflow again from memory, at intervals of up to 10 s; Buildkite's (core/client.go, `FinishJob`) makes 12 tries from
 * memory, over some 26 minutes, and says when the job ended. Neither writes it to a disk: who ends them loses it.
 */

const JOBS = Number(process.env.JOBS ?? 100);
const CUT_SECONDS = Number(process.env.CUT_SECONDS ?? 300);
const SLOTS = 100;
const MAX_END_MS = 60_000;

const place = await HostPlace.open();
const line = await CountedLine.open(place.server.baseUrl);
const config = {
  ...{
    url: line.address,
    slots: SLOTS,
    poll_seconds: 0.5,
    lease_seconds: 60,
    free_disk: "1MB",
    timeout_seconds: 10,
  },
  // Every third fails; all wait for one file, so that they end while the line is cut.
  agents: [
    {
      name: "tests",
      project: place.project,
      command: `while [ ! -e "${place.folder}/go" ]; do sleep 1; done; exit $(( MUSTER_JOB_ID % 3 == 0 ))`,
      shell: true,
    },
  ],
};
const machine = new HostMachine(
  `${place.folder}/host`,
  { MUSTER_TOKEN: place.token },
  JSON.stringify(config),
);
machine.start();
while (machine.hostId === undefined) await sleep(100);
const agent = await place.agentOf(machine.hostId);
const jobs: number[] = [];
for (let nth = 0; nth < Math.min(JOBS, SLOTS); nth++) jobs.push(await place.schedule(agent, new Date()));
for (;;) {
  const statuses = await place.statuses();
  if (jobs.every((job) => statuses.get(job) === "RUNNING")) break;
  await sleep(500);
}
const plain = new PlainHost(place, line.address);
const plainAgent = await plain.open("plain");
const plainJobs: number[] = [];
for (let nth = 0; nth < jobs.length; nth++) plainJobs.push(await place.schedule(plainAgent, new Date()));
const taken = new Set<number>();
while (taken.size < plainJobs.length) {
  for (const job of await plain.poll()) {
    await plain.say(job, "RUNNING");
    taken.add(job);
  }
}
line.cut = true;
const cutAt = Date.now();
writeFileSync(`${place.folder}/go`, "");
const wanted = (job: number) => (job % 3 === 0 ? "FAILED" : "COMPLETED");
await Promise.all([sleep(CUT_SECONDS * 1000), ...plainJobs.map((job) => plain.say(job, wanted(job)))]);
line.cut = false;
for (const end = Date.now() + 180_000; machine.reported.length < jobs.length && Date.now() < end; )
  await sleep(500);
const statuses = await place.statuses();
const right = jobs.filter((job) => statuses.get(job) === wanted(job)).length;
const plainRight = plainJobs.filter((job) => statuses.get(job) === wanted(job)).length;
const endedAt = await Promise.all(jobs.map((job) => place.endedAt(job)));
// All wait for one file and look each second, on a machine that has much to do.
const timely = endedAt.filter((at) => at >= cutAt - 1000 && at <= cutAt + MAX_END_MS).length;
const once = new Set(machine.reported.map(({ job }) => job)).size === machine.reported.length;
console.log(
  `cut off for ${CUT_SECONDS} s at their end: ${right} of ${jobs.length} runs are there with the right outcome, ${timely} with the time of their end, ${once ? "each once" : "some twice"}; of the plain host's ${plainRight} of ${plainJobs.length}`,
);
await machine.end("SIGTERM");
await place.server.kill();
process.exit(right === jobs.length && timely === jobs.length && once ? 0 : 1);
