import { expect, test } from "vitest";
import { refusedField } from "../http/refusals.ts";
import { World } from "../world.ts";
import { jobPath, running, sendReport } from "./junit.ts";

/** A report of so many cases in ten suites, each with a name of 1,500 characters that are no Latin ones. */
const inLongSuites = (cases: number): string =>
  `${`<testsuite name="${"ж".repeat(1500)}">`.repeat(10)}${Array.from(
    { length: cases },
    (_, place) => `<testcase name="case ${place}"/>\n`,
  ).join("")}${"</testsuite>".repeat(10)}`;

test("a report is refused in words if its results do not fit into one call of the project's object", async () => {
  const world = new World();
  const ready = await running(world);
  const answer = await sendReport(world, ready, inLongSuites(2000));
  refusedField(answer, "body");
  expect(answer.text).toContain("send the report in parts");
  expect((await world.get(`${jobPath(ready)}/results`)).body).toEqual([]);
  expect(await sendReport(world, ready, inLongSuites(300))).toMatchObject({
    status: 200,
    body: { cases: 300 },
  });
});
