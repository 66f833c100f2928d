import { World } from "../world.ts";
import { deliveriesOf, makeWebhook, Receiver } from "./receiver.ts";

/** A project with a webhook that is told of the ends and starts of its jobs. */
export const scene = async ({ jobs = 1, world = new World() }: { jobs?: number; world?: World } = {}) => {
  const receiver = new Receiver();
  const ready = await world.ready({ jobs });
  const webhook = await makeWebhook(world, ready.projectId, { events: ["job.started", "job.ended"] });
  const report = (status: string, job = ready.jobId) => world.report(ready.projectId, job, status);
  const states = async () =>
    (await deliveriesOf(world, webhook.path)).map(({ status, tries }) => `${status} ${tries}`);
  const read = async () => (await world.get(webhook.path)).body;
  return { world, receiver, ready, webhook, report, states, read };
};
