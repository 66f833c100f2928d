import { type Answer, Unanswered } from "./service-client.ts";
import type { AnsweredAgent, AnsweredHost, Job, JobRead, Leased, Renewed } from "./service-types.ts";

/** An answer of the typed client. */
interface Typed<Body> {
  json(): Promise<Body>;
}

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

const one =
  <Shape extends object>(...fields: (keyof Shape & string)[]) =>
  async (answer: Typed<Shape>): Promise<Shape> =>
    shaped<Shape>(await answer.json(), fields);

const many =
  <Shape extends object>(...fields: (keyof Shape & string)[]) =>
  async (answer: Typed<Shape[]>): Promise<Shape[]> =>
    listed<Shape>(await answer.json(), fields);

export const hostIn = one<AnsweredHost>("host_server_id", "host_guid");
export const agentIn = one<AnsweredAgent>("agent_server_id", "active");
export const agentsIn = many<AnsweredAgent>("agent_server_id", "name");
export const leasesIn = many<Leased>("lease_id", "attempt", "job");
export const renewedIn = one<Renewed>("expires_at", "cancel_requested");
export const jobsIn = many<Job>("job_id", "start_date");
export const jobIn = one<JobRead>("job_id", "status", "history");

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
