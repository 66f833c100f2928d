import { HOUR, MINUTE, World } from "../world.ts";

export const world = new World();
export const DAY = 24 * HOUR;

/** A host, an agent and a schedule of one project, all of one name. */
export const laneOf = async (name: string) => {
  const ready = await world.ready();
  await world.put(`/api/v3/automation/hosts/${ready.hostId}`, {
    host_name: `${name} host`,
    ip_address: "x",
    mac_address: "x",
    host_guid: ready.guid,
  });
  await world.put(
    `/api/v3/projects/${ready.projectId}/automation/hosts/${ready.hostId}/agents/${ready.agentId}`,
    {
      name: `${name} agent`,
      framework: "x",
      active: true,
    },
  );
  const run = (facts: Record<string, unknown> = {}, at = world.now) =>
    world.schedule(ready.projectId, ready.agentId, { at, facts: { name, ...facts } });
  return { ...ready, run };
};
export type LaneThings = Awaited<ReturnType<typeof laneOf>>;

/** A job of the lane that ran for some minutes from now on and ended so. */
export const ran = async (lane: LaneThings, status: string, minutes = 60): Promise<number> => {
  const { jobId } = await lane.run();
  await world.report(lane.projectId, jobId, "RUNNING");
  world.advance(minutes * MINUTE);
  await world.report(lane.projectId, jobId, status);
  return jobId;
};

/** What is drawn of a job: its link with its title and bar; "" if nothing is. */
export const markOf = (html: string, job: number): string =>
  new RegExp(`<a id="job-${job}"[^>]*>.*?</a>`, "s").exec(html)?.[0] ?? "";
export const numberIn = (mark: string, name: string): number =>
  Number(new RegExp(`class="bar [^>]* ${name}="([\\d.]+)`).exec(mark)?.[1]);
export const hrefsIn = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
export const nowIn = (html: string): number => Number(/class="now" x="([\d.]+)%"/.exec(html)?.[1]);
