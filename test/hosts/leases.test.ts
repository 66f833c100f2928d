import { expect, test } from "vitest";
import { decideGrant, holdOf, type Lease } from "../../src/hosts/leases.ts";

const NOW = 1_000_000;
const LEASE_MS = 60_000;

const due = { job: 7, attempt: 2, dueAt: NOW };
const leaseOf = (facts: Partial<Lease>): Lease => ({
  ...holdOf(7, 2, NOW + 1),
  kind: facts.caller === null ? "hold" : "poll",
  caller: "one",
  ...facts,
});
const grant = (offer: Partial<typeof due>, leases: Lease[], leaseMs = LEASE_MS) =>
  decideGrant([{ ...due, ...offer }], leases, "two", NOW, leaseMs);

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

test("a lease of an older attempt counts for nothing", () => {
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
  const { hidden, leased } = decideGrant(offers, [leaseOf({ job: 2 })], "two", NOW, LEASE_MS);
  expect(hidden).toEqual([2]);
  expect(leased.map(({ job }) => job)).toEqual([1, 3]);
});
