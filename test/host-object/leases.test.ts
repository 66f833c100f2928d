import { expect, test } from "vitest";
import { decideGrant, holdOf, type Lease } from "../../src/host-object/lease-rules.ts";
import { judgeReport, releaseOf } from "../../src/host-object/report-rules.ts";

const NOW = 1_000_000;
const LEASE_MS = 60_000;
const JUDGED = { now: NOW, holdMs: LEASE_MS };

const due = { job: 7, attempt: 2, dueAt: NOW, projectId: 1 };
const leaseOf = (facts: Partial<Lease>): Lease => ({
  ...holdOf({ job: 7, attempt: 2 }, NOW + 1),
  kind: facts.caller === null ? "hold" : "poll",
  caller: "one",
  ...facts,
});
const grant = (offer: Partial<typeof due>, leases: Lease[], leaseMs = LEASE_MS) =>
  decideGrant([{ ...due, ...offer }], leases, { caller: "two", now: NOW, leaseMs });

const LEASED = { hidden: [], leased: [due] };
const HIDDEN = { hidden: [7], leased: [] };
const SHOWN = { hidden: [], leased: [] };

test("a due job that nobody holds is leased to the caller", () => {
  expect(grant({}, [])).toEqual(LEASED);
});

test("a job due before the lease would end is leased, one due at its end or later only shown", () => {
  const soon = { ...due, dueAt: NOW + LEASE_MS - 1 };
  expect(grant(soon, [])).toEqual({ hidden: [], leased: [soon] });
  expect(grant({ dueAt: NOW + LEASE_MS }, [])).toEqual(SHOWN);
});

test("a job leased to another is hidden until that lease expires", () => {
  expect(grant({}, [leaseOf({})])).toEqual(HIDDEN);
  expect(grant({}, [leaseOf({ expiresAt: NOW })])).toEqual(LEASED);
});

test("a job leased to the caller is leased to it again", () => {
  expect(grant({}, [leaseOf({ caller: "two" })])).toEqual(LEASED);
});

test("a hold hides a job from everyone", () => {
  expect(grant({}, [leaseOf({ caller: null })])).toEqual(HIDDEN);
});

test("a lease of another job hides nothing", () => {
  expect(grant({}, [leaseOf({ job: 8 })])).toEqual(LEASED);
});

test("a lease of an older attempt is ignored", () => {
  expect(grant({}, [leaseOf({ attempt: 1 })])).toEqual(LEASED);
  expect(grant({}, [leaseOf({ attempt: 1, caller: null })])).toEqual(LEASED);
});

test("an offer older than a lease is hidden, from the lease's own caller too", () => {
  expect(grant({}, [leaseOf({ attempt: 3 })])).toEqual(HIDDEN);
  expect(grant({}, [leaseOf({ attempt: 3, caller: "two" })])).toEqual(HIDDEN);
  expect(grant({}, [leaseOf({ attempt: 3, expiresAt: NOW })])).toEqual(HIDDEN);
});

test("with no lease time nothing is leased, and what a hold still hides stays hidden", () => {
  expect(grant({}, [], 0)).toEqual(SHOWN);
  expect(grant({}, [leaseOf({ caller: null })], 0)).toEqual(HIDDEN);
});

test("each of many offers is judged for itself", () => {
  const offers = [1, 2, 3].map((job) => ({ ...due, job }));
  const { hidden, leased } = decideGrant(offers, [leaseOf({ job: 2 })], {
    caller: "two",
    now: NOW,
    leaseMs: LEASE_MS,
  });
  expect(hidden).toEqual([2]);
  expect(leased.map(({ job }) => job)).toEqual([1, 3]);
});

const run = leaseOf({ kind: "run", leaseId: "L", leaseMs: LEASE_MS, heardAt: NOW });
const starting = { job: 7, attempt: 2, leaseId: "L", starts: true, byHost: true };

test("a report that D1 refused gives back what it took: the lease can be accepted again until the same time", () => {
  const { lease, taken } = judgeReport(run, starting, JUDGED);
  if (!lease || !taken) throw new Error("nothing was taken");
  expect(lease).toMatchObject({ accepted: true, expiresAt: NOW + LEASE_MS });
  expect(releaseOf(lease, 2, taken)).toMatchObject({ accepted: false, expiresAt: run.expiresAt });
  expect(releaseOf({ ...lease, cancelAt: NOW }, 2, taken)).toBeNull();
  expect(releaseOf({ ...lease, ending: true }, 2, taken)).toBeNull();
});

test("what a repeat of the report relies on is not given back, by neither of them", () => {
  const first = judgeReport(run, starting, JUDGED);
  const repeat = judgeReport(first.lease ?? undefined, starting, JUDGED);
  expect(repeat).toMatchObject({ verdict: "go", taken: null });
  if (!first.taken || !first.lease) throw new Error("nothing was taken");
  expect(releaseOf(repeat.lease ?? first.lease, 2, first.taken)).toBeNull();
});

test("a report that D1 refused leaves the job as hidden as it was, by a poll or by another report under way", () => {
  const plain = { ...starting, leaseId: null };
  for (const before of [leaseOf({ caller: "one" }), holdOf({ job: 7, attempt: 2 }, NOW + LEASE_MS, NOW)]) {
    const { lease, taken } = judgeReport(before, plain, JUDGED);
    if (!lease || !taken) throw new Error("nothing was taken");
    const { kind, caller, expiresAt } = before;
    expect(releaseOf(lease, 2, taken)).toMatchObject({ kind, caller, expiresAt });
  }
  const alone = judgeReport(undefined, plain, JUDGED);
  if (!alone.lease || !alone.taken) throw new Error("nothing was taken");
  const { attempt, expiresAt } = releaseOf(alone.lease, 2, alone.taken) ?? alone.lease;
  expect(attempt).toBe(2);
  expect(expiresAt).toBeLessThanOrEqual(NOW);
});
