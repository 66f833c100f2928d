import type * as z from "zod";
import type { ChipFacts } from "../lists/chips.tsx";
import type { Sorting } from "../lists/sorted-head.tsx";
import type { ScheduleListing, schedulesAddress } from "./view.ts";

type Order = z.output<typeof schedulesAddress>["order"];

/** What an address of the list says, but for the place in it. */
export type ScheduleListFilter = Omit<z.output<typeof schedulesAddress>, "after" | "name">;

/** The last schedule of a page. */
interface Place {
  id: number;
  name: string;
}

const queryOf = ({ project, host, agent, q, state, order }: ScheduleListFilter, after?: Place): string => {
  const isByName = order === "az" || order === "za";
  const query = new URLSearchParams({
    ...(project === undefined ? {} : { project: String(project) }),
    ...(host === undefined ? {} : { host: String(host) }),
    ...(agent === undefined ? {} : { agent: String(agent) }),
    ...(q === "" ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(order === "newest" ? {} : { order }),
    ...(after && isByName ? { name: after.name } : {}),
    ...(after ? { after: String(after.id) } : {}),
  });
  return query.size === 0 ? "" : `?${query}`;
};

/** The address of a page of the list: the first, or the one after a schedule. */
export const schedulesPath = (filter: ScheduleListFilter, after?: Place): string =>
  `/console/schedules${queryOf(filter, after)}`;

/** The address of the list's counts. */
export const countsPath = (filter: ScheduleListFilter): string =>
  `/console/schedules/counts${queryOf(filter)}`;

/** How a list is sorted by name and by when its schedules were made, and the addresses that sort it otherwise. */
export const sortsOf = (filter: ScheduleListFilter): Sorting[] => {
  const by = (rising: Order, falling: Order, first: Order) => ({
    now:
      filter.order === rising
        ? ("ascending" as const)
        : filter.order === falling
          ? ("descending" as const)
          : undefined,
    href: schedulesPath({
      ...filter,
      order: filter.order === rising ? falling : filter.order === falling ? rising : first,
    }),
  });
  return [
    by("az", "za", "az"),
    { ...by("oldest", "newest", "newest"), label: "made", by: "when it was made" },
  ];
};

/** Each filter in use, and the list without it. */
export const chipsOf = (
  filter: ScheduleListFilter,
  { projects, names }: Pick<ScheduleListing, "projects" | "names">,
): ChipFacts[] => {
  const { project, host, agent, q, state } = filter;
  const name = projects.find(({ id }) => id === project)?.name ?? `#${project}`;
  return [
    ...(project === undefined
      ? []
      : [{ label: `Project: ${name}`, without: schedulesPath({ ...filter, project: undefined }) }]),
    ...(host === undefined
      ? []
      : [
          {
            label: `Host: ${names.host ?? `#${host}`}`,
            without: schedulesPath({ ...filter, host: undefined }),
          },
        ]),
    ...(agent === undefined
      ? []
      : [
          {
            label: `Agent: ${names.agent ?? `#${agent}`}`,
            without: schedulesPath({ ...filter, agent: undefined }),
          },
        ]),
    ...(q === "" ? [] : [{ label: `Search: ${q}`, without: schedulesPath({ ...filter, q: "" }) }]),
    ...(state === undefined
      ? []
      : [{ label: `State: ${state}`, without: schedulesPath({ ...filter, state: undefined }) }]),
  ];
};
