import { expect, test } from "vitest";
import { refusalIn } from "../http/refusals.ts";
import { World } from "../world.ts";
import { failed, jobPath, junit, passed, running, sendReport } from "./junit.ts";

const reported = async () => {
  const world = new World();
  const ready = await running(world);
  await sendReport(world, ready, junit(...passed("one"), failed("two", "no <way>")));
  return { world, ready, exports: `${jobPath(ready)}/exports` };
};

test("a job's results are exported as a JUnit report, as CTRF and as a table", async () => {
  const { world, exports } = await reported();
  const xml = await world.text("GET", `${exports}/junit.xml`);
  expect([xml.status, xml.type]).toEqual([200, "application/xml; charset=utf-8"]);
  expect(xml.text).toContain('<testsuites name="Muster results" tests="2" failures="1"');
  expect(xml.text).toContain('<failure message="no &lt;way&gt;">');
  const { body } = await world.get(`${exports}/ctrf.json`);
  expect(body).toMatchObject({ results: { summary: { tests: 2, passed: 1, failed: 1 } } });
  expect((await world.text("GET", `${exports}/results.csv`)).text).toContain("no <way>");
});

test("a form that is not there is a 404 that names those that are", async () => {
  const { world, exports } = await reported();
  for (const form of ["nunit.xml", "__proto__"])
    expect(refusalIn(await world.get(`${exports}/${form}`), 404).message).toContain("junit.xml, ctrf.json");
});

test("results of a job that a token may not know are not exported", async () => {
  const { world, ready, exports } = await reported();
  const other = await world.token("operator", { project_ids: [await world.project()] });
  expect((await world.get(`${exports}/junit.xml`, { token: other })).status).toBe(404);
  const stranger = await world.token("host", { host_server_id: (await world.host()).id });
  expect((await world.get(`${exports}/junit.xml`, { token: stranger })).status).toBe(404);
  const own = await world.token("host", { host_server_id: ready.hostId });
  expect((await world.text("GET", `${exports}/junit.xml`, { token: own })).status).toBe(200);
});
