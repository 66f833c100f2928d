import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Client } from "./client.ts";
import type { Place } from "./place.ts";

const scheduledShape = z.object({
  schedule_id: z.int(),
  jobs: z.tuple([z.looseObject({ job_id: z.int() })]),
});
const jobShape = z.looseObject({ job_id: z.int(), status: z.string() });

/** Those that may be running now. */
const LAST = 20;
const CANCELLED = 0.15;
const RUN_AGAIN = 0.05;

/** Schedules jobs, cancels some and runs some again, until the run is over; it plans nothing new once `full` says so. */
export const runOperator = async (
  client: Client,
  places: readonly Place[],
  full: AbortSignal,
): Promise<void> => {
  const { dice } = client;
  const known: { job: number; place: Place }[] = [];
  while (!full.aborted) {
    const recent = dice.pick(known.slice(-LAST));
    if (recent && dice.chance(CANCELLED)) await cancel(client, recent.place, recent.job);
    const ended = dice.pick(known);
    if (ended && dice.chance(RUN_AGAIN)) await runAgain(client, ended.place, ended.job);
    const place = dice.pick(places);
    if (place) known.push({ place, job: await schedule(client, place) });
    await client.pause(30, 250);
  }
};

const schedule = async (client: Client, place: Place): Promise<number> => {
  const { dice, ledger } = client;
  const { body } = await client.send("POST", `/projects/${place.projectId}/automation/schedules`, {
    body: {
      name: "crash",
      agent_server_id: place.agentId,
      start_date: new Date(Date.now() + (dice.chance(0.3) ? dice.between(0, 5000) : 0)).toISOString(),
      // Old clients see no attempt: on their hosts each job has one.
      ...(place.kind === "aware" ? { on_lost: "requeue", max_attempts: 3 } : {}),
    },
    headers: { "Idempotency-Key": randomUUID() },
  });
  const [{ job_id }] = scheduledShape.parse(body).jobs;
  ledger.jobs.push(job_id);
  ledger.counts.schedules += 1;
  return job_id;
};

const cancel = async (client: Client, { projectId }: Place, job: number): Promise<void> => {
  const path = `/projects/${projectId}/automation/jobs/${job}/status`;
  const { ok, body } = await client.send("PUT", path, { body: { status: "CANCELLED" } });
  if (!ok) return;
  const { status } = jobShape.parse(body);
  if (status === "RUNNING") client.ledger.asked.push(job);
  if (status === "CANCELLED") client.ledger.ended.push({ job, attempt: 0, caller: "operator", status });
};

const runAgain = async (client: Client, { projectId }: Place, job: number): Promise<void> => {
  const path = `/projects/${projectId}/automation/jobs/${job}/rerun`;
  const { ok, body } = await client.send("POST", path, { headers: { "Idempotency-Key": randomUUID() } });
  if (!ok) return;
  client.ledger.jobs.push(jobShape.parse(body).job_id);
  client.ledger.counts.reruns += 1;
};
