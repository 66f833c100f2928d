import type { Operation } from "../access/permissions.ts";
/** What was done: the API's operation, but for a report, of which only the cancelling of a job is audited. */
export type Action = Exclude<Operation, "reportJob"> | "cancelJob";

/** Who makes a change, by which request, when (epoch milliseconds) and from where: what its audit row says beside the change. */
export interface Author {
  action: Action;
  tokenId: number;
  by: string;
  address: string | null;
  requestId: string;
  now: number;
}
