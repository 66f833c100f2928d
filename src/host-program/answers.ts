import { type Answer, Unanswered } from "./service-client.ts";
import type { AnsweredAgent, AnsweredHost, Job, JobRead, Leased, Renewed } from "./service-types.ts";

/** Casts a response to its shape once these fields are present. Throws `Unanswered`. */
const shaped = <Shape extends object>(body: unknown, fields: readonly (keyof Shape & string)[]): Shape => {
  const missing = fields.find((name) => typeof body !== "object" || body === null || !(name in body));
  if (missing !== undefined) throw new Unanswered(`an answer lacks ${missing}; it is not of this service`);
  return body as Shape;
};

const listed = <Shape extends object>(body: unknown, fields: readonly (keyof Shape & string)[]): Shape[] => {
  if (!Array.isArray(body)) throw new Unanswered("an answer is no list; it is not of this service");
  return body.map((each: unknown) => shaped<Shape>(each, fields));
};

export const hostIn = ({ body }: Answer) => shaped<AnsweredHost>(body, ["host_server_id", "host_guid"]);

export const agentIn = ({ body }: Answer) => shaped<AnsweredAgent>(body, ["agent_server_id", "active"]);

export const agentsIn = ({ body }: Answer) => listed<AnsweredAgent>(body, ["agent_server_id", "name"]);

export const leasesIn = ({ body }: Answer) => listed<Leased>(body, ["lease_id", "attempt", "job"]);

export const renewedIn = ({ body }: Answer) => shaped<Renewed>(body, ["expires_at", "cancel_requested"]);

export const jobsIn = ({ body }: Answer) => listed<Job>(body, ["job_id", "start_date"]);

export const jobIn = ({ body }: Answer) => shaped<JobRead>(body, ["job_id", "status", "history"]);

/** The next offset of a log, in bytes. */
export const nextOffsetIn = ({ body }: Answer): number =>
  shaped<{ next_offset: number }>(body, ["next_offset"]).next_offset;

/** An upload in parts, and the numbers of the parts that are still to be sent. */
export const uploadIn = ({ body }: Answer) =>
  shaped<{ upload_id: number; missing: number[] }>(body, ["upload_id", "missing"]);

/** The leases of an offer. */
export const leasesOffered = (leases: unknown) => listed<Leased>(leases, ["lease_id", "attempt", "job"]);

/** The runs of a `hello`, and whether their leases are in force. */
export const runsAnswered = ({ status, body }: { status: number; body: unknown }) => {
  if (status !== 200) throw new Unanswered(`the socket answers ${status} to hello`);
  const { running } = shaped<{ running: unknown }>(body, ["running"]);
  return listed<{ lease_id: string; in_force: boolean; cancel_requested: boolean }>(running, [
    "lease_id",
    "in_force",
  ]);
};
