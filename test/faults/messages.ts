import { expect } from "vitest";
import { FAR_START } from "../lease-client.ts";
import { HostSocket, type Offered, shareClock } from "../push/socket-client.ts";
import { type Ready, World } from "../world.ts";
import { standAroundObject } from "./object-d1.ts";
import { type Planned, planned } from "./plan.ts";
import { countRows, pictureOf, withoutIds } from "./stored-state.ts";

/** What a process says on its socket of a job that it was offered. */
interface Message {
  type: string;
  facts: Record<string, unknown>;
  /** It accepts the job before. */
  runs: boolean;
}

/** The messages that change something, beside those by which a process says what it has room for. */
export const MESSAGES: Record<string, Message> = {
  accept: { type: "accept", facts: {}, runs: false },
  "renew of a run": { type: "renew", facts: {}, runs: true },
  "report of a run that is COMPLETED": { type: "report", facts: { status: "COMPLETED" }, runs: true },
  "report of a run that is FAILED": { type: "report", facts: { status: "FAILED" }, runs: true },
  "log of a run": {
    type: "log",
    facts: { attempt: 1, offset: 0, text: "one\n" },
    runs: true,
  },
  "the end of a log": {
    type: "log",
    facts: { attempt: 1, offset: 0, text: "one\n", final: true },
    runs: true,
  },
};

const offeredTo = async (host: HostSocket): Promise<Offered> => {
  const [offer] = await host.offered();
  if (!offer) throw new Error("nothing was offered");
  return offer;
};

const logOf = async (world: World, { projectId, jobId }: Ready): Promise<string> =>
  (await world.text("GET", `/api/v3/projects/${projectId}/automation/jobs/${jobId}/log`)).text;

/** Says something while a call of the object goes wrong, and the same `again` if asked. Gives what came of it. */
export const said = async ({ type, facts, runs }: Message, plan: Planned | undefined, again = false) => {
  const { seam, arm, trips } = planned();
  const world = shareClock(new World({ now: FAR_START }));
  const ready = await world.ready({ jobs: 1 });
  const host = await HostSocket.ready(world, ready.hostId);
  const offer = await offeredTo(host);
  if (runs) expect(await host.accept(offer)).toMatchObject({ status: 200 });
  await host.settled();
  await standAroundObject(ready.hostId, seam);
  const before = await countRows();
  if (plan) arm(plan);
  else arm();
  const { lease_id, job } = offer;
  const message = { id: 90, lease_id, job_id: job.job_id, project_id: job.project_id, ...facts };
  const first = await host.ask(type, message);
  const calls = [...trips()];
  arm();
  const last = again ? await host.ask(type, message) : first;
  const picture = { ...(await pictureOf(ready, before)), log: await logOf(world, ready) };
  return { first, last, calls, picture };
};

export const shown = ({ status, body }: { status: number; body: object }): string =>
  `${status} ${withoutIds(JSON.stringify(body))}`;

/** A process connects while a call of the object goes wrong; a few seconds later the job must be offered. */
export const offeredUnder = async (plan: Planned | undefined) => {
  const { seam, arm, trips } = planned();
  const world = shareClock(new World({ now: FAR_START }));
  const ready = await world.ready({ jobs: 1 });
  const host = await HostSocket.open(world, ready.hostId);
  await standAroundObject(ready.hostId, seam);
  if (plan) arm(plan);
  else arm();
  await host.ask("hello", { owner: "process 1", slots: 1 });
  return { world, ready, host, trips, arm };
};
