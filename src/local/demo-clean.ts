import * as z from "zod";
import { type DemoClient, parsed } from "./demo-calls.ts";
import { Plain } from "./options.ts";
import { HOST, PROJECT, SCHEDULES } from "./samples.ts";

const PAGE = 100;

/** All rows of a list whose pages go by an id. */
const listAll = async <Row extends Record<string, unknown>>(
  client: DemoClient,
  path: string,
  { row, id }: { row: z.ZodType<Row>; id: keyof Row },
): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let after: unknown = 0; ; after = rows.at(-1)?.[id]) {
    const { status, text } = await client.send({
      method: "GET",
      path: `${path}?limit=${PAGE}&after=${after}`,
    });
    if (status === 404) return rows;
    if (status !== 200) throw new Plain(`GET ${path}: ${status} ${text}`);
    const page = z.array(row).parse(parsed(text));
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
};

/** The ids of the projects that bear the demo's name. */
export const demoProjects = async (client: DemoClient): Promise<number[]> => {
  const row = z.looseObject({ id: z.int(), name: z.string() });
  const projects = await listAll(client, "/api/v3/projects", { row, id: "id" });
  return projects.filter(({ name }) => name === PROJECT.name).map(({ id }) => id);
};

const hostOf = async (client: DemoClient): Promise<number | undefined> => {
  const row = z.looseObject({ host_server_id: z.int(), host_guid: z.string() });
  const hosts = await listAll(client, "/api/v3/automation/hosts", { row, id: "host_server_id" });
  const wanted = HOST.host_guid.toLowerCase();
  return hosts.find(({ host_guid }) => host_guid.trim().toLowerCase() === wanted)?.host_server_id;
};

/** Deletes one thing, and says so; what is gone already is no error. Returns why it stays, if it does. */
const remove = async (client: DemoClient, what: string, path: string): Promise<string | undefined> => {
  const { status, text } = await client.send({ method: "DELETE", path });
  if (status === 404) return undefined;
  if (status === 200) {
    console.log(`  ${what}`);
    return undefined;
  }
  const said = z.looseObject({ message: z.string() }).safeParse(parsed(text));
  return `${what} stays: ${said.success ? said.data.message : `${status} ${text}`}`;
};

/** The paths of what the demo made, the inner before the outer. A project that has other things stays. */
const pathsOf = async (client: DemoClient): Promise<[what: string, path: string][]> => {
  const host = await hostOf(client);
  const paths: [what: string, path: string][] = [];
  const agent = z.looseObject({ agent_server_id: z.int() });
  const schedule = z.looseObject({ schedule_id: z.int(), name: z.string() });
  const names: string[] = Object.values(SCHEDULES);
  for (const project of await demoProjects(client)) {
    const automation = `/api/v3/projects/${project}/automation`;
    const schedules = await listAll(client, `${automation}/schedules`, { row: schedule, id: "schedule_id" });
    for (const { schedule_id, name } of schedules.filter((each) => names.includes(each.name)))
      paths.push([`schedule ${schedule_id} (${name})`, `${automation}/schedules/${schedule_id}`]);
    const agents = `${automation}/hosts/${host ?? 0}/agents`;
    for (const { agent_server_id: id } of await listAll(client, agents, {
      row: agent,
      id: "agent_server_id",
    }))
      paths.push([`agent ${id}`, `${agents}/${id}`]);
    paths.push([`project ${project} (${PROJECT.name})`, `/api/v3/projects/${project}`]);
  }
  if (host !== undefined)
    paths.push([`host ${host} (${HOST.host_name})`, `/api/v3/automation/hosts/${host}`]);
  return paths;
};

/** Removes what runs of the demo made, as far as nothing else is in it. Returns the exit code. */
export const removeDemo = async (client: DemoClient, baseUrl: string): Promise<number> => {
  const paths = await pathsOf(client);
  if (paths.length === 0) {
    console.log(`Nothing of the demo is at ${baseUrl}.`);
    return 0;
  }
  console.log(`Removed at ${baseUrl}:`);
  const left: string[] = [];
  for (const [what, path] of paths) {
    const why = await remove(client, what, path);
    if (why !== undefined) left.push(why);
  }
  for (const why of left) console.log(why);
  return left.length === 0 ? 0 : 1;
};
