import { type Context, Hono } from "hono";
import { refuseUnlessMayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { CONTENTS } from "../../reports/content.ts";
import { previewSchedule } from "../../schedules/forecast.ts";
import { previewInput, scheduleInput } from "../../schedules/input.ts";
import { createSchedule, getSchedule, updateSchedule } from "../../schedules/schedules.ts";
import type { ScheduleRow } from "../../schedules/store.ts";
import { testRunsOfReport } from "../../test-runs/report.ts";
import { summaryWords } from "../../test-runs/summary.ts";
import { createTestRuns } from "../../test-runs/test-runs.ts";
import { sha256 } from "../../wire/sha256.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { schedulePath } from "../schedules/list.tsx";
import { goOn, show } from "../show-page.tsx";
import { ChooseProject } from "./choose-project.tsx";
import { ScheduleForm } from "./form.tsx";
import { type Preview, PreviewTimes } from "./preview.tsx";
import { cadenceIn, chosenIn, factsIn, newTyped, scheduleTyped } from "./reading.ts";
import { editOf, keptMaterials, listKnownProjects, type Offer, offerOf } from "./view.ts";

const SCHEDULES = "/projects/:project/schedules" as const;
const EDIT = "/projects/:project/schedules/:schedule/edit" as const;
const IDS = ["project", "schedule"] as const;
const HERE = "/console/schedules";

/** What a form looks for. */
const asked = (typed: FormInput) => ({
  chosen: chosenIn(typed),
  find: typed.get("find"),
  findAgent: typed.get("find_agent"),
  agent: Number(typed.get("agent_server_id")) || 0,
});

/** What a form is about: a new schedule of a project, or one that is there. */
interface Target {
  project: number;
  schedule: ScheduleRow | undefined;
}

const markOf = async (schedule: ScheduleRow): Promise<string> => {
  const { plannedUntil: _, runsPlanned: __, planDueAt: ___, ...said } = schedule;
  return (await sha256(JSON.stringify(said))).slice(0, 16);
};

const previewOf = async (c: Context<App>, typed: FormInput): Promise<Preview> => {
  const { call } = c.var;
  const tried = await attempt(async () =>
    previewSchedule(call, readAs(previewInput, cadenceIn(typed, call.now))),
  );
  return tried.done ? { times: tried.value } : { wrong: tried.wrong };
};

const shownPreview = (c: Context<App>, typed: FormInput) =>
  typed.get("kind") === "repeat" && typed.get("cron") === "" ? undefined : previewOf(c, typed);

const draw = async (
  c: Context<App>,
  { project, schedule }: Target,
  {
    typed,
    wrong = [],
    changed = false,
    status = 200,
    offer,
  }: { typed: FormInput; wrong?: Wrong; changed?: boolean; status?: 200 | 400 | 409 | 413; offer?: Offer },
) => {
  const list = `/console/projects/${project}/schedules`;
  const address = schedule ? `${list}/${schedule.id}/edit` : list;
  return show(
    c,
    { title: schedule ? `Edit ${schedule.name}` : "New schedule", here: HERE, status },
    <ScheduleForm
      address={address}
      typed={typed}
      offer={
        offer ?? (await offerOf(c.get("call"), project, { asked: asked(typed), scheduleId: schedule?.id }))
      }
      wrong={wrong}
      preview={await shownPreview(c, typed)}
      seen={schedule && (await markOf(schedule))}
      changed={changed}
      back={schedule ? schedulePath(project, schedule.id) : HERE}
    />,
  );
};

/** The next times alone, as a script asks for them while somebody types: no D1. */
const drawPreview = async (c: Context<App>, typed: FormInput) =>
  show(
    c,
    { title: "Next times" },
    <PreviewTimes preview={await shownPreview(c, typed)} zone={typed.get("time_zone")} />,
  );

const withValues = (typed: FormInput, values: Record<string, readonly string[]>): FormInput =>
  new FormInput([...typed.fields, ...Object.entries(values)]);

/** Brings in the test runs of the report that a form came with, and chooses them. */
const bringIn = async (c: Context<App>, target: Target, typed: FormInput) => {
  const { call } = c.var;
  refuseUnlessMayDo(call.actor, "createTestRuns");
  const file = typed.files.get("report");
  if (!file) {
    const wrong = [{ field: "report", message: "is missing: choose a file, or drop it here" }];
    return draw(c, target, { typed, wrong, status: 400 });
  }
  const content = CONTENTS.find((each) => each === typed.get("content")) ?? "classname.name";
  const tried = await attempt(async () => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const incoming = testRunsOfReport(bytes, { content, allow_empty: false });
    return { runs: await createTestRuns(call, target.project, incoming), summary: incoming.summary };
  });
  if (!tried.done) {
    const wrong = tried.wrong.map(({ field, message }) => ({
      field: "report",
      message: field === "body" || field === "" ? message : `${field} ${message}`,
    }));
    return draw(c, target, { typed, wrong, status: tried.status });
  }
  const { runs, summary } = tried.value;
  const ids = [...new Set([...chosenIn(typed), ...runs.map(({ test_run_id }) => test_run_id)])];
  const told = summary ? [summaryWords(summary)] : [];
  return draw(c, target, {
    typed: withValues(typed, { runs: ["chosen"], test_run_ids: [ids.join(",")], report_told: told }),
  });
};

/** Does what a form asks for on the way to its end; undefined where it is to be saved. */
const step = (c: Context<App>, target: Target, typed: FormInput) => {
  switch (typed.get("step")) {
    case "report":
      return bringIn(c, target, typed);
    case "choose":
      return draw(c, target, { typed: withValues(typed, { runs: ["chosen"] }) });
    case "preview":
      return c.get("visit").partial ? drawPreview(c, typed) : draw(c, target, { typed });
    case "find":
      return draw(c, target, { typed });
    default:
      return undefined;
  }
};

const runsIn = async (c: Context<App>, { project, schedule }: Target, typed: FormInput) => {
  const way = typed.get("runs");
  if (way === "keep" && schedule) {
    return { automation_materials: await keptMaterials(c.get("call"), project, schedule.id) };
  }
  return way === "chosen" ? { test_run_ids: chosenIn(typed) } : {};
};

/** In a form of one run its time is called `at`. */
const asTyped = (wrong: Wrong, typed: FormInput): Wrong =>
  typed.get("kind") === "repeat"
    ? wrong
    : wrong.map((each) => (each.field === "start_date" ? { ...each, field: "at" } : each));

const inputOf = async (c: Context<App>, target: Target, typed: FormInput) =>
  readAs(scheduleInput, {
    ...factsIn(typed),
    ...cadenceIn(typed, c.get("call").now),
    ...(await runsIn(c, target, typed)),
  });

export const scheduleFormPages = new Hono<App>()
  .get("/schedules/new", page("createSchedule"), async (c) => {
    const asked = Number(c.req.query("project"));
    const projects = await listKnownProjects(c.get("call"));
    const [only] = projects;
    const project = projects.find(({ id }) => id === asked) ?? (projects.length === 1 ? only : undefined);
    if (project) {
      const agent = c.req.query("agent");
      const query = agent === undefined ? "" : `?agent=${encodeURIComponent(agent)}`;
      return c.redirect(`/console/projects/${project.id}/schedules/new${query}`);
    }
    return show(c, { title: "New schedule", here: HERE }, <ChooseProject projects={projects} />);
  })
  .get(`${SCHEDULES}/new`, page("createSchedule", ["project"]), async (c) => {
    const { project } = c.req.valid("param");
    const agent = Number(c.req.query("agent")) || undefined;
    return draw(c, { project, schedule: undefined }, { typed: newTyped(c.get("visit").zone, agent) });
  })
  .post(SCHEDULES, action("createSchedule", ["project"]), async (c) => {
    const { call, typed } = c.var;
    const target = { project: c.req.valid("param").project, schedule: undefined };
    const stepped = step(c, target, typed);
    if (stepped) return stepped;
    const tried = await attempt(async () =>
      createSchedule(call, target.project, await inputOf(c, target, typed)),
    );
    if (tried.done) return goOn(c, schedulePath(target.project, tried.value.schedule.id), "schedule-made");
    return draw(c, target, { typed, wrong: asTyped(tried.wrong, typed), status: tried.status });
  })
  .get(EDIT, page("updateSchedule", IDS), async (c) => {
    const path = c.req.valid("param");
    const { schedule, offer } = await editOf(c.get("call"), path);
    return draw(c, { project: path.project, schedule }, { typed: scheduleTyped(schedule), offer });
  })
  .post(EDIT, action("updateSchedule", IDS), async (c) => {
    const { call, typed } = c.var;
    const path = c.req.valid("param");
    const schedule = await getSchedule(call, path);
    const target = { project: path.project, schedule };
    const stepped = step(c, target, typed);
    if (stepped) return stepped;
    if (typed.get("seen") !== (await markOf(schedule))) {
      return draw(c, target, { typed, changed: true, status: 409 });
    }
    const tried = await attempt(async () => updateSchedule(call, path, await inputOf(c, target, typed)));
    if (tried.done) return goOn(c, schedulePath(path.project, path.schedule), "schedule-saved");
    return draw(c, target, { typed, wrong: asTyped(tried.wrong, typed), status: tried.status });
  });
