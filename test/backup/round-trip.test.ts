import { beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { documentedIn } from "../../src/http/documented.ts";
import { FAR_START, renew, reportUnder } from "../lease-client.ts";
import { iso } from "../scheduling.ts";
import { HOUR, World } from "../world.ts";
import { type Exported, exportAll, restoreAll, rowsOf } from "./copying.ts";
import { startAnew } from "./installation.ts";
import { furnish, type Scene } from "./rich-installation.ts";

/** What reads of the API take besides ids. */
const QUERIES: Readonly<Record<string, string>> = {
  pollJobs: `lease=false&start_date=${iso(FAR_START - HOUR)}&end_date=${iso(FAR_START + 20 * HOUR)}`,
  readCalendar: `from=${iso(FAR_START - HOUR)}&to=${iso(FAR_START + 40 * HOUR)}`,
};

/** The reads that are none of what is stored. */
const NO_READS = ["openSocket", "exportInstallation", "exportFile"];

const reads = createApp(() => FAR_START).routes.flatMap(({ method, path, handler }) => {
  const documented = documentedIn(handler);
  const { operation } = documented ?? {};
  if (method !== "GET" || !documented || operation === undefined || NO_READS.includes(operation)) return [];
  return [
    {
      operation,
      path,
      isList: documented.query !== undefined && "limit" in Object(Reflect.get(documented.query, "shape")),
    },
  ];
});

/** Every read of the API, by its address: of the installation's main things, and of those of another project. */
const everyRead = async (world: World, scene: Scene): Promise<Map<string, unknown>> => {
  const main: Record<string, unknown> = scene;
  const other = { ...main, project: scene.leasedProject, host: scene.leasedHost, job: scene.leasedJob };
  const answers = new Map<string, unknown>();
  for (const ids of [main, other])
    for (const { operation, path, isList } of reads) {
      const filled = path.replace(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) =>
        String(Reflect.get(ids, name)),
      );
      const address = `${filled}?${QUERIES[operation] ?? (isList ? "limit=1000" : "")}`;
      const { status, text: sent, headers } = await world.get(address);
      const text = sent.replace(/"request_id":"[^"]+"/, "");
      const told = [...headers].filter(([name]) => !/request-?id|date/i.test(name));
      answers.set(address, { status, text, headers: told });
    }
  return answers;
};

let scene: Scene;
let before: Map<string, unknown>;
let exported: Exported;
const world = new World({ now: FAR_START });

beforeAll(async () => {
  await startAnew();
  scene = await furnish(world);
  before = await everyRead(world, scene);
  exported = await exportAll(world);
  await startAnew();
  await restoreAll(new World({ now: world.now }), exported, 2);
});

describe("an installation that was exported and restored, each request sent twice,", () => {
  test("answers every read of the API as before", async () => {
    const statuses = [...before]
      .slice(0, reads.length)
      .map(([address, answer]) => [address, Reflect.get(Object(answer), "status")]);
    expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
    const after = await everyRead(new World({ now: world.now }), scene);
    for (const [address, answer] of before) expect(after.get(address), address).toEqual(answer);
  });

  test("has the same export, of every table", async () => {
    const again = await exportAll(new World({ now: world.now }));
    expect(again.lines).toEqual(exported.lines);
    expect(again.files).toEqual(exported.files);
    expect(exported.files.size).toBeGreaterThan(3);
  });

  test("gives no id again, and knows its hosts and their tokens", async () => {
    const now = new World({ now: world.now });
    const highest = (table: string) => Math.max(...rowsOf(exported.lines, table).map(({ id }) => Number(id)));
    expect(await now.project()).toBeGreaterThan(highest("projects"));
    expect((await now.host()).id).toBeGreaterThan(highest("hosts"));
    const { host, hostToken, guid } = scene;
    expect((await now.ping(host, guid, { token: hostToken })).status).toBe(200);
  });

  test("lets a run go on that was under a lease", async () => {
    const now = new World({ now: world.now });
    const { leasedHost, leasedProject, leasedJob, leaseId } = scene;
    expect(await renew(now, leasedHost, leaseId)).toMatchObject({ status: 200 });
    const run = { projectId: leasedProject, jobId: leasedJob, leaseId };
    expect(await reportUnder(now, { ...run, status: "COMPLETED" })).toMatchObject({ status: 200 });
  });
});
