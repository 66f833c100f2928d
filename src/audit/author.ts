import type { Operation } from "../access/permissions.ts";
/** The audited operations: those of the API, except that of a job's reports only a cancel is audited. */
export type Action = Exclude<Operation, "reportJob"> | "cancelJob";

/** Who makes a change, when (epoch milliseconds), from where and in which request: the columns an audit row shares. */
export interface Author {
  action: Action;
  tokenId: number;
  by: string;
  address: string | null;
  requestId: string;
  now: number;
}
