import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Client, Over } from "./client.ts";
import { ENDS, type End } from "./ledger.ts";
import { type Place, ping } from "./place.ts";

const leasesShape = z.array(
  z.object({ lease_id: z.string(), attempt: z.int(), job: z.looseObject({ job_id: z.int() }) }),
);
type Leased = z.output<typeof leasesShape>[number];
const renewedShape = z.object({ cancel_requested: z.boolean() });

const GIVEN_BACK = 0.08;
const FORGOTTEN = 0.03;
const ABANDONED = 0.04;

/** Leases jobs, runs them side by side under their leases and reports how they ended, until the run is over. */
export const runAwareProcess = async (client: Client, place: Place, number: number): Promise<void> => {
  for (;;) {
    if (client.dice.chance(0.4)) await ping(client, place);
    const { body } = await client.send("POST", `/automation/hosts/${place.hostId}/leases`, {
      body: { owner: `aware ${number}`, max_jobs: 3, accept_seconds: 10, lease_seconds: 30 },
      headers: { "Idempotency-Key": randomUUID() },
    });
    const leases = leasesShape.safeParse(body).data ?? [];
    client.ledger.counts.leases += leases.length;
    await Promise.all(leases.map((lease) => runLeased(client, place, lease).catch(leave)));
    await client.pause(50, 400);
  }
};

const leave = (error: unknown): void => {
  if (!(error instanceof Over)) throw error;
};

const runLeased = async (client: Client, place: Place, { lease_id, attempt, job }: Leased): Promise<void> => {
  const { dice, ledger } = client;
  const leasePath = `/automation/hosts/${place.hostId}/leases/${lease_id}`;
  const report = (status: string) =>
    client.send("PUT", `/projects/${place.projectId}/automation/jobs/${job.job_id}/status`, {
      body: { status, lease_id },
    });
  if (dice.chance(FORGOTTEN)) return;
  if (dice.chance(GIVEN_BACK)) {
    const { ok } = await client.send("DELETE", leasePath);
    if (ok) ledger.counts.given_back += 1;
    return;
  }
  const { ok } = await report("RUNNING");
  if (!ok) return;
  ledger.started.push({ job: job.job_id, attempt, caller: lease_id });
  if (dice.chance(ABANDONED)) {
    ledger.abandoned += 1;
    return;
  }
  let status: End = dice.chance(0.7) ? "COMPLETED" : (dice.pick(ENDS) ?? "FAILED");
  for (let turns = Math.floor(dice.between(0, 6)); turns > 0; turns--) {
    await client.pause(100, 900);
    const renewed = await client.send("PUT", leasePath);
    if (!renewed.ok) return;
    ledger.counts.renewals += 1;
    if (renewedShape.safeParse(renewed.body).data?.cancel_requested) {
      status = "CANCELLED";
      break;
    }
  }
  const ended = await report(status);
  if (ended.ok) ledger.ended.push({ job: job.job_id, attempt, caller: lease_id, status });
};
