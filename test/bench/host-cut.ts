/// <reference types="node" />
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HostMachine } from "../crash/host-machine.ts";
import { CountedLine, HostPlace } from "./host-place.ts";

/*
 * JOBS (100) runs end while the line is cut, for CUT_SECONDS (300), which is longer than their leases: each must be there
 * once, with the outcome that it had. No other program is run beside: of the agents whose sources were read,
 * Woodpecker's (agent/rpc/client_grpc.go) says the end of a workflow again at intervals of up to 10 s, by a backoff
 * object whose own longest time it leaves as the library has it, and under a context that ends it.
 */

const JOBS = Number(process.env.JOBS ?? 100);
const CUT_SECONDS = Number(process.env.CUT_SECONDS ?? 300);
const SLOTS = 100;

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
line.cut = true;
writeFileSync(`${place.folder}/go`, "");
await sleep(CUT_SECONDS * 1000);
line.cut = false;
for (const end = Date.now() + 180_000; machine.reported.length < jobs.length && Date.now() < end; )
  await sleep(500);
const statuses = await place.statuses();
const wanted = (job: number) => (job % 3 === 0 ? "FAILED" : "COMPLETED");
const right = jobs.filter((job) => statuses.get(job) === wanted(job)).length;
const once = new Set(machine.reported.map(({ job }) => job)).size === machine.reported.length;
console.log(
  `cut off for ${CUT_SECONDS} s at their end: ${right} of ${jobs.length} runs are there with the right outcome, ${once ? "each once" : "some twice"}`,
);
await machine.end("SIGTERM");
await place.server.kill();
process.exit(right === jobs.length && once ? 0 : 1);
