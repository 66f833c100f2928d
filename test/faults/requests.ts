import type { Ready, RequestOptions, World } from "../world.ts";

/** One request, sent again word for word by a caller that got no answer. */
export interface Sent extends RequestOptions {
  method: string;
  path: string;
}

interface Prepared {
  ready: Ready;
  sent: Sent;
}

/** A write of the API under faults. */
export interface Write {
  /** Makes what the request needs, with nothing going wrong, and gives the request. */
  prepare: (world: World) => Promise<Prepared>;
  status: number;
  /** The refusals and other answers, beside `status`, to a repeat of a request that took effect unheard. */
  repeated?: (number | string)[];
  /** The repeat of a request that took effect unheard says something else, or leaves something else. */
  repeatDiffers?: "body" | "picture";
  /**
   * The product's own second try takes what its first did unheard for another's doing: to one lost answer inside
   * it answers as to a repeat.
   */
  ownEffectUnknown?: true;
  /** It is made though the host's object does not hear that it begins. */
  urgent?: true;
  /** The host's object is told after it: a loss of that is logged, and answered as if it had been told. */
  toldAfter?: true;
}

export const project = ({ projectId }: Ready) => `/api/v3/projects/${projectId}`;
export const host = ({ hostId }: Ready) => `/api/v3/automation/hosts/${hostId}`;
export const agents = (ready: Ready) => `${project(ready)}/automation/hosts/${ready.hostId}/agents`;
export const agent = (ready: Ready) => `${agents(ready)}/${ready.agentId}`;
export const job = (ready: Ready) => `${project(ready)}/automation/jobs/${ready.jobId}`;

export const keyed = () => ({ "Idempotency-Key": crypto.randomUUID() });
/** A write that needs a host with an agent and a job that is due, after what `before` does with them. */
export const on = (
  status: number,
  request: (ready: Ready, world: World) => Sent | Promise<Sent>,
  {
    rest = {},
    before = async () => undefined,
  }: {
    rest?: Omit<Write, "prepare" | "status">;
    before?: (world: World, ready: Ready) => Promise<unknown>;
  } = {},
): Write => ({
  prepare: async (world) => {
    const ready = await world.ready({ jobs: 1 });
    await before(world, ready);
    return { ready, sent: await request(ready, world) };
  },
  status,
  ...rest,
});
