import * as z from "zod";
import { type Actor, mayDo } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { JOB_STATUSES } from "../../database/enums.ts";
import { agentPath } from "../agents/view.ts";
import { blackoutsPath } from "../blackouts/list.tsx";
import { presenceText } from "../hosts/liveness.tsx";
import { idIn } from "../lists/id-search.ts";
import { jobPath } from "../parts/job.tsx";
import { PLACES } from "../parts/menu.tsx";
import { STATUS_WORDS } from "../parts/status.tsx";
import { testPath, titleOf } from "../results/test-parts.tsx";
import { schedulePath } from "../schedules/list.tsx";
import { findStored } from "./store.ts";

const MAX_CHARACTERS = 100;
/** A search for tests or blackouts needs so many characters. */
const TEST_CHARACTERS = 3;
/** How many tests of one project, and of all. */
const MAX_TESTS = 3;
const MAX_TESTS_FOUND = 8;
const MAX_PAGES = 4;

/** Something that was found: a page, and what it is about. */
export interface Found {
  kind: "Page" | "Host" | "Agent" | "Schedule" | "Job" | "Test";
  name: string;
  /** Where it belongs, or how it stands. */
  beside: string;
  path: string;
}

/** Pages that are not in the menu. */
const MORE_PAGES = [
  { path: "/console/schedules/new", label: "New schedule", operation: "createSchedule" },
  { path: "/console/tokens/new", label: "New token", operation: "createToken" },
  { path: "/console/pipelines", label: "Runs from pipelines", operation: "createSchedule" },
  { path: "/console/project", label: "Which project to show", operation: "listProjects" },
] as const;

/** The pages that are called so: those first that begin so, and a few where anything is asked for. */
const pagesOf = (actor: Actor, text: string): Found[] => {
  const wanted = text.toLowerCase();
  const placeOf = (label: string) => label.toLowerCase().indexOf(wanted);
  const pages = [...PLACES, ...MORE_PAGES].filter(
    ({ operation, label }) => mayDo(actor, operation) && placeOf(label) >= 0,
  );
  const sorted = pages.toSorted(
    (one, other) => Math.sign(placeOf(one.label)) - Math.sign(placeOf(other.label)),
  );
  return sorted
    .slice(0, text === "" ? pages.length : MAX_PAGES)
    .map(({ path, label }) => ({ kind: "Page", name: label, beside: "", path }));
};

/** How many projects' blackouts are offered. */
const MAX_BLACKOUTS = 3;

/** The blackouts of the newest projects, for who asks for them. */
const blackoutsOf = (projects: Stored["projects"], text: string): Found[] =>
  text.length >= TEST_CHARACTERS && "blackouts".startsWith(text.toLowerCase())
    ? projects
        .slice(0, MAX_BLACKOUTS)
        .map(({ id, name }) => ({ kind: "Page", name: "Blackouts", beside: name, path: blackoutsPath(id) }))
    : [];

const lastJob = z.object({ id: z.int(), status: z.enum(JOB_STATUSES) });
type Stored = Awaited<ReturnType<typeof findStored>>;

const schedulesAndJobs = ({ schedules, jobs }: Stored): Found[] => [
  ...jobs.map(
    ({ id, projectId, status, scheduleName }): Found => ({
      kind: "Job",
      name: `${scheduleName} #${id}`,
      beside: STATUS_WORDS[status],
      path: jobPath(projectId, id),
    }),
  ),
  ...schedules.map(
    ({ id, name, projectId, projectName }): Found => ({
      kind: "Schedule",
      name,
      beside: projectName,
      path: schedulePath(projectId, id),
    }),
  ),
  ...schedules.flatMap(({ name, projectId, last }): Found[] => {
    if (last === null) return [];
    const { id, status } = lastJob.parse(JSON.parse(last));
    if (jobs.some((job) => job.id === id)) return [];
    return [
      { kind: "Job", name: `${name} #${id}`, beside: STATUS_WORDS[status], path: jobPath(projectId, id) },
    ];
  }),
];

const hostsAndAgents = ({ hosts, agents }: Stored, times: { now: number; windowMs: number }): Found[] => [
  ...hosts.map(
    ({ id, name, ...host }): Found => ({
      kind: "Host",
      name,
      beside: `#${id} ${presenceText(host, times)}`,
      path: `/console/hosts/${id}`,
    }),
  ),
  ...agents.map(
    ({ name, id, hostId, hostName, projectId }): Found => ({
      kind: "Agent",
      name,
      beside: `#${id} on ${hostName}`,
      path: agentPath({ project: projectId, host: hostId, agent: id }),
    }),
  ),
];

/** The tests of some projects that are called so. A project whose object does not answer has none. */
const testsOf = async (call: Call, projects: Stored["projects"], text: string): Promise<Found[]> => {
  if (text.length < TEST_CHARACTERS) return [];
  const query = { search: text, failure: null, sort: "recent", after: 0, limit: MAX_TESTS } as const;
  const found = await Promise.allSettled(
    projects.map(async (project) => ({
      project,
      tests: await call.results(project.id, (object) => object.tests(query, call.now)),
    })),
  );
  return found
    .flatMap((each) => (each.status === "fulfilled" ? [each.value] : []))
    .flatMap(({ project, tests }) =>
      tests.map(
        ({ id, name }): Found => ({
          kind: "Test",
          name: titleOf(name),
          beside: project.name,
          path: testPath(project.id, id),
        }),
      ),
    )
    .slice(0, MAX_TESTS_FOUND);
};

/**
 * What the caller may see that is called so, or has this id: pages, hosts, agents, schedules, jobs and tests, a few of
 * each. One D1 round trip of bounded rows, and one object call for each of at most ten projects, at once.
 */
export const find = async (call: Call, given: string): Promise<Found[]> => {
  const { db, actor, now } = call;
  const text = given.trim().slice(0, MAX_CHARACTERS);
  const pages = pagesOf(actor, text);
  if (text === "") return pages;
  const stored = await findStored(db, actor, { text, id: idIn(text), now });
  return [
    ...pages,
    ...(mayDo(actor, "listBlackouts") ? blackoutsOf(stored.projects, text) : []),
    ...(mayDo(actor, "listJobs") ? schedulesAndJobs(stored) : []),
    ...hostsAndAgents(stored, { now, windowMs: call.settings.WINDOW_SECONDS * 1000 }),
    ...(mayDo(actor, "listTests") ? await testsOf(call, stored.projects, text) : []),
  ];
};
