import * as z from "zod";
import { allowsProject } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { agentPath } from "../agents/view.ts";
import { idIn } from "../lists/id-search.ts";
import { barsIn, gapsIn } from "./lane-jobs.ts";
import { BESIDE_OTHERS } from "./lane-store.ts";
import type { Lane } from "./lanes.ts";
import { type LaneFilter, type ListedLane, readLanes } from "./store.ts";
import { type TimeWindow, windowAddress } from "./window.ts";

const id = z.coerce.number().int().min(1).optional().catch(undefined);

/** What the address of the timeline's own page says; what is invalid is ignored. */
export const timelineAddress = windowAddress.extend({
  by: z.enum(["host", "agent"]).default("host").catch("host"),
  project: id,
  q: z.string().trim().default(""),
  busy: z.literal("1").optional().catch(undefined),
  /** `12`, or `12.340`: behind a host, or behind an agent of it. */
  after: z
    .string()
    .regex(/^[1-9]\d{0,14}(\.[1-9]\d{0,14})?$/)
    .optional()
    .catch(undefined),
});
export type TimelineAddress = z.output<typeof timelineAddress>;

const cursorOf = (after: string | undefined): LaneFilter["after"] => {
  if (after === undefined) return undefined;
  const [hostId, agentId] = after.split(".");
  return { hostId: Number(hostId), agentId: agentId === undefined ? undefined : Number(agentId) };
};

const laneOf = (
  row: ListedLane,
  { window, project }: { window: TimeWindow; project: number | undefined },
): Lane => {
  const { hostId, hostName, agentId, agentProjectId, agentName, agentActive } = row;
  const host = { name: hostName, href: `/console/hosts/${hostId}` };
  const contents = { ...barsIn(row.jobs, window, BESIDE_OTHERS), gaps: gapsIn(row, window) };
  return agentId === null || agentProjectId === null
    ? { ...contents, ...host, key: `h${hostId}`, jobs: { host: hostId, project } }
    : {
        ...contents,
        key: `a${agentId}`,
        name: `${agentName}${agentActive === 1 ? "" : " (inactive)"}`,
        href: agentPath({ project: agentProjectId, host: hostId, agent: agentId }),
        beside: host,
        jobs: { agent: agentId },
      };
};

/** A page of lanes by host or agent, within what the caller may see. */
export const readTimeline = async (call: Call, address: TimelineAddress, window: TimeWindow) => {
  const { db, actor } = call;
  const { by, q, busy, after } = address;
  const project =
    address.project !== undefined && allowsProject(actor, address.project) ? address.project : undefined;
  const filter: LaneFilter = {
    by,
    projectId: project,
    search: q,
    id: q.startsWith("#") ? idIn(q) : undefined,
    onlyBusy: busy !== undefined,
    after: cursorOf(after),
  };
  const { rows, next, ...rest } = await readLanes(db, actor, { filter, window });
  return {
    ...rest,
    lanes: rows.map((row) => laneOf(row, { window, project })),
    next: next && `${next.hostId}${next.agentId === undefined ? "" : `.${next.agentId}`}`,
  };
};
export type TimelinePage = Awaited<ReturnType<typeof readTimeline>>;
