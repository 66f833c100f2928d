import { expect } from "vitest";
import { z } from "zod";
import { type Case, junit, runAgain, running, sendReport } from "../results/junit.ts";
import { HOUR, type Ready, type World } from "../world.ts";

/** The path of what is of a project. */
export const project = ({ projectId }: Ready) => `/api/v3/projects/${projectId}/automation`;

/** Runs of one project, each of a build and with what came of its tests. */
export const runs = async (
  world: World,
  ...reports: [build: string, ...cases: Case[]][]
): Promise<Ready[]> => {
  const made: Ready[] = [];
  for (const [build, ...cases] of reports) {
    const last = made.at(-1);
    const ready = last ? await runAgain(world, last) : await running(world);
    const answer = await sendReport(world, ready, junit(...cases), { query: `?build=${build}` });
    expect(answer.status, answer.text).toBe(200);
    made.push(ready);
    world.advance(HOUR);
  }
  return made;
};

/** The tests of a project, as they are listed. */
export const tests = async (world: World, ready: Ready) =>
  z
    .array(z.looseObject({ test_id: z.int(), title: z.string(), is_flaky: z.boolean() }))
    .parse((await world.get(`${project(ready)}/tests`)).body);

export const idOf = async (world: World, ready: Ready, title: string): Promise<number> =>
  (await tests(world, ready)).find((each) => each.title === title)?.test_id ?? 0;

/** The titles of the tests that are flaky. */
export const flaky = async (world: World, ready: Ready): Promise<string[]> =>
  (await tests(world, ready)).filter(({ is_flaky }) => is_flaky).map(({ title }) => title);
