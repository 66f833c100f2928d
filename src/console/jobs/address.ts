import { DAY_MS, HOUR_MS } from "../../wire/durations.ts";
import { idIn } from "../lists/id-search.ts";
import { instantOf } from "../parts/local-time.ts";
import type { JobFilter } from "./store.ts";
import type { JobsAddress } from "./view.ts";

/** A local day. */
const dayOf = (date: string, zone: string) => {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const startOf = (day: string): number => instantOf(`${day}T00:00`, zone) ?? Date.parse(day);
  return { from: startOf(date), to: startOf(next) };
};

/** The filter of an address of the list, as someone sees it in a zone at a time. */
export const filterOf = (address: JobsAddress, { zone, now }: { zone: string; now: number }) => {
  const from = instantOf(address.from, zone);
  const to = instantOf(address.to, zone);
  const { status, sort, at, after, within, due, waiting, ended } = address;
  const order =
    status === "PLANNED" && from === undefined && address.order === "newest" ? "next" : address.order;
  // By default newest-first ends now and next-first begins now: jobs planned ahead would otherwise fill the list.
  const isOfNow = status === "RUNNING" || status === "NOT_RUN" || status === "FAILED";
  const id = idIn(address.q);
  const isWhole =
    id !== undefined || sort === "id" || order === "oldest" || ended !== undefined || waiting !== undefined;
  const dueUntil = due === undefined ? undefined : now + due * HOUR_MS + 1;
  const bounds = isWhole
    ? { from, to: to ?? dueUntil }
    : dueUntil !== undefined
      ? { from: from ?? now + 1, to: to ?? dueUntil }
      : order === "newest"
        ? { from, to: to ?? (isOfNow ? undefined : now + 1) }
        : { from: from ?? (status ? undefined : now), to };
  const filter: JobFilter = {
    ...bounds,
    order,
    sort,
    id,
    search: id === undefined ? address.q : "",
    projectId: address.project,
    hostId: address.host,
    agentId: address.agent,
    scheduleId: address.schedule,
    status,
    changedAfter: within === undefined ? undefined : now - within * HOUR_MS,
    waitingAt: waiting === undefined ? undefined : now,
    ended: ended === undefined ? undefined : dayOf(ended, zone),
    after: at !== undefined && after !== undefined ? { at, id: after } : undefined,
  };
  const isBackwards = from !== undefined && to !== undefined && to <= from;
  return {
    filter,
    order,
    wrong: isBackwards ? "To must be after From: nothing lies between them." : undefined,
  };
};
