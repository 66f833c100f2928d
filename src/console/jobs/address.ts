import { HOUR_MS } from "../../wire/durations.ts";
import { idIn } from "../lists/id-search.ts";
import { instantOf } from "../parts/local-time.ts";
import type { JobFilter } from "./store.ts";
import type { JobsAddress } from "./view.ts";

/** The filter of an address of the list, as someone sees it in a zone at a time. */
export const filterOf = (address: JobsAddress, { zone, now }: { zone: string; now: number }) => {
  const from = instantOf(address.from, zone);
  const to = instantOf(address.to, zone);
  const { status, sort, at, after, within } = address;
  const order =
    status === "PLANNED" && from === undefined && address.order === "newest" ? "next" : address.order;
  // By default newest-first ends now and next-first begins now: jobs planned ahead would otherwise fill the list.
  const isOfNow = status === "RUNNING" || status === "NOT_RUN" || status === "FAILED";
  const id = idIn(address.q);
  const isWhole = id !== undefined || sort === "id" || order === "oldest";
  const bounds = isWhole
    ? { from, to }
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
    after: at !== undefined && after !== undefined ? { at, id: after } : undefined,
  };
  const isBackwards = from !== undefined && to !== undefined && to <= from;
  return {
    filter,
    order,
    wrong: isBackwards ? "To must be after From: nothing lies between them." : undefined,
  };
};
