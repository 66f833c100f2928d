import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Client } from "./client.ts";
import { ENDS, type End } from "./ledger.ts";
import { type Place, ping } from "./place.ts";

const polledShape = z.array(z.looseObject({ job_id: z.int() }));

/** How a process names itself: by its own id, by a key for each request, or not at all. */
const NAMINGS = ["owner", "nonce", "nothing"] as const;
type Naming = (typeof NAMINGS)[number];

/** How often a second process, which got the job in another way, starts it at the same moment. */
const RIVALS = 0.3;
const ABANDONED = 0.03;
/** How often a poll reads what others hold, and tries to start it. */
const NOSY = 0.25;

interface Caller {
  name: string;
  headers: Record<string, string>;
}

const callerNamed = (naming: Naming, name: string): Caller => {
  const nonce = randomUUID();
  if (naming === "owner") return { name, headers: { "Lease-Owner": name, "x-qtest-nonce": nonce } };
  if (naming === "nonce") return { name: nonce, headers: { "x-qtest-nonce": nonce } };
  return { name: `${name} ${nonce}`, headers: {} };
};

/** Polls, starts the jobs it gets and reports how it ended, until the run is over. Its attempts are all the first. */
export const runOldProcess = async (client: Client, place: Place, number: number): Promise<void> => {
  const { dice, ledger } = client;
  const naming = NAMINGS[number % NAMINGS.length] ?? "nothing";
  const name = `old ${number}`;
  for (;;) {
    if (dice.chance(0.4)) await ping(client, place);
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const nosy = dice.chance(NOSY);
    const { body } = await client.send(
      "GET",
      `/automation/hosts/${place.hostId}/jobs?end_date=${end}${nosy ? "&lease=false" : ""}`,
      callerNamed(naming, name),
    );
    ledger.counts.polls += 1;
    const jobs = polledShape.safeParse(body).data ?? [];
    for (const { job_id: job } of jobs.slice(0, 4)) await runJob(client, place, { job, naming, name });
    await client.pause(50, 400);
  }
};

const statusPath = (place: Place, job: number) =>
  `/projects/${place.projectId}/automation/jobs/${job}/status`;

/** Reports RUNNING as `caller`; gives it back where it was answered 200. Each sending of one that has no name is someone new. */
const started = async (
  client: Client,
  place: Place,
  { job, caller }: { job: number; caller: Caller },
): Promise<Caller[]> => {
  const { headers } = caller;
  const body = { status: "RUNNING" };
  const { ok, tries } = await client.send("PUT", statusPath(place, job), { body, headers });
  if (!ok) return [];
  const name = Object.keys(headers).length === 0 ? `${caller.name} try ${tries}` : caller.name;
  client.ledger.started.push({ job, attempt: 1, caller: name });
  return [{ ...caller, name }];
};

const runJob = async (
  client: Client,
  place: Place,
  { job, naming, name }: { job: number; naming: Naming; name: string },
) => {
  const { dice, ledger } = client;
  const callers = [callerNamed(naming, name)];
  if (dice.chance(RIVALS)) callers.push(callerNamed(naming, `${name} rival`));
  const winners = (
    await Promise.all(callers.map((caller) => started(client, place, { job, caller })))
  ).flat();
  const [winner] = winners;
  if (!winner) return;
  if (dice.chance(ABANDONED)) {
    ledger.abandoned += 1;
    return;
  }
  await client.pause(50, 1200);
  const status: End = dice.chance(0.7) ? "COMPLETED" : (dice.pick(ENDS) ?? "FAILED");
  const { headers } = callerNamed(naming, name);
  const { ok } = await client.send("PUT", statusPath(place, job), { body: { status }, headers });
  if (ok) ledger.ended.push({ job, attempt: 1, caller: winner.name, status });
};
