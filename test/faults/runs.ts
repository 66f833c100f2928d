import { fireAlarms, lease, oneLease, reportUnder } from "../lease-client.ts";
import { MINUTE, type Ready, type World } from "../world.ts";
import { host, job, keyed, on, type Sent, type Write } from "./requests.ts";

const running = (world: World, { projectId, jobId }: Ready) => world.report(projectId, jobId, "RUNNING");
const report = (ready: Ready, status: string, headers: Record<string, string> = {}): Sent => ({
  method: "PUT",
  path: `${job(ready)}/status`,
  body: { status },
  headers,
});

/** An operator's token that was just used: the note of that is no part of what follows. */
const operator = async (world: World): Promise<string> => {
  const token = await world.token("operator");
  await world.get("/api/v3/projects", { token });
  return token;
};

/** The lease that each host's only job was leased under. */
const leases = new WeakMap<Ready, string>();
const leased = async (world: World, ready: Ready) => {
  leases.set(ready, oneLease(await lease(world, ready.hostId)).lease_id);
};
const leaseOf = (ready: Ready): string => leases.get(ready) ?? "";
const runningUnderLease = async (world: World, ready: Ready) => {
  await leased(world, ready);
  await reportUnder(world, {
    projectId: ready.projectId,
    jobId: ready.jobId,
    status: "RUNNING",
    leaseId: leaseOf(ready),
  });
};
const reportLeased = (ready: Ready, status: string): Sent => ({
  ...report(ready, status),
  body: { status, lease_id: leaseOf(ready) },
});
const leasePath = (ready: Ready) => `${host(ready)}/leases/${leaseOf(ready)}`;
const lost = async (world: World, ready: Ready) => {
  await runningUnderLease(world, ready);
  world.advance(2 * MINUTE);
  await fireAlarms(world, ready.hostId);
};

/** The writes by which jobs are handed out, run and ended. */
export const RUN_WRITES: Record<string, Write> = {
  "a poll of a process with an id": on(200, (ready) => ({
    method: "GET",
    path: `${host(ready)}/jobs?end_date=2096-03-03T00:00:00Z`,
    headers: { "Lease-Owner": "process 1" },
  })),
  "leasing jobs": on(201, (ready) => ({
    method: "POST",
    path: `${host(ready)}/leases`,
    body: { owner: "process 1" },
    headers: keyed(),
  })),
  "renewing a lease": on(200, (ready) => ({ method: "PUT", path: leasePath(ready) }), {
    rest: {},
    before: runningUnderLease,
  }),
  "giving a lease back": on(200, (ready) => ({ method: "DELETE", path: leasePath(ready) }), {
    rest: { repeated: ["lease_lost"] },
    before: leased,
  }),
  "RUNNING of a process with an id": on(200, (ready) =>
    report(ready, "RUNNING", { "Lease-Owner": "process 1" }),
  ),
  "RUNNING with a nonce": on(200, (ready) =>
    report(ready, "RUNNING", { "x-qtest-nonce": crypto.randomUUID() }),
  ),
  "RUNNING of who sends neither": on(200, (ready) => report(ready, "RUNNING"), {
    rest: {
      repeated: ["already_running"],
    },
  }),
  "RUNNING under a lease": on(200, (ready) => reportLeased(ready, "RUNNING"), { rest: {}, before: leased }),
  "COMPLETED under a lease after the run was given up for lost": on(
    200,
    (ready) => reportLeased(ready, "COMPLETED"),
    { rest: {}, before: lost },
  ),
  "an operator's cancel of a planned job": on(200, async (ready, world) => ({
    ...report(ready, "CANCELLED"),
    token: await operator(world),
  })),
  "an operator's cancel of an old client's run": on(
    200,
    async (ready, world) => ({ ...report(ready, "CANCELLED"), token: await operator(world) }),
    { rest: {}, before: running },
  ),
  "an operator's cancel of a run under a lease": on(
    200,
    async (ready, world) => ({ ...report(ready, "CANCELLED"), token: await operator(world) }),
    // A second cancel ends the run, whoever asks for it.
    { rest: { repeatDiffers: "picture" }, before: runningUnderLease },
  ),
};

for (const status of ["COMPLETED", "FAILED", "CANCELLED"]) {
  RUN_WRITES[`${status} of an old client`] = on(
    200,
    // Of an admin's token, CANCELLED would be an operator's word.
    async (ready, world) => ({
      ...report(ready, status),
      ...(status === "CANCELLED" ? { token: await world.token("host") } : {}),
    }),
    { rest: {}, before: running },
  );
  RUN_WRITES[`${status} under a lease`] = on(200, (ready) => reportLeased(ready, status), {
    rest: {},
    before: runningUnderLease,
  });
}
