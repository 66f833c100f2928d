import { type Context, Hono } from "hono";
import { refuseUnlessMayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { parametersIn } from "../../jobs/parameters.ts";
import { CONTENTS } from "../../reports/content.ts";
import { previewSchedule } from "../../schedules/forecast.ts";
import { previewInput, scheduleInput } from "../../schedules/input.ts";
import { createSchedule, getSchedule, updateSchedule } from "../../schedules/schedules.ts";
import type { ScheduleRow } from "../../schedules/store.ts";
import { testRunsOfReport } from "../../test-runs/report.ts";
import { summaryText } from "../../test-runs/summary.ts";
import { createTestRuns } from "../../test-runs/test-runs.ts";
import { sha256 } from "../../wire/sha256.ts";
import { attempt, readAs } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import type { Wrong } from "../parts/form.tsx";
import { schedulePath } from "../schedules/list.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { ChooseProject } from "./choose-project.tsx";
import { ScheduleForm } from "./form.tsx";
import { type Preview, PreviewTimes } from "./preview.tsx";
import { cadenceIn, chosenIn, factsIn, newFormInput, scheduleFormInput } from "./reading.ts";
import { editOf, listVisibleProjects, type Offer, offerOf, scheduleMaterials } from "./view.ts";

const SCHEDULES = "/projects/:project/schedules" as const;
const EDIT = "/projects/:project/schedules/:schedule/edit" as const;
const IDS = ["project", "schedule"] as const;
const HERE = "/console/schedules";

/** What the form searches for and has chosen. */
const selectionIn = (formInput: FormInput) => ({
  chosen: chosenIn(formInput),
  find: formInput.get("find"),
  findAgent: formInput.get("find_agent"),
  agent: Number(formInput.get("agent_server_id")) || 0,
});

/** What the form is for: a new schedule of a project, or an existing one. */
interface Target {
  project: number;
  schedule: ScheduleRow | undefined;
}

const digestOf = async (schedule: ScheduleRow): Promise<string> => {
  const { plannedUntil, runsPlanned, planDueAt, acknowledgedUntil, acknowledgedBy, ...said } = schedule;
  return (await sha256(JSON.stringify(said))).slice(0, 16);
};

const previewOf = async (c: Context<App>, { project }: Target, formInput: FormInput): Promise<Preview> => {
  const { call } = c.var;
  const tried = await attempt(async () =>
    previewSchedule(call, project, readAs(previewInput, cadenceIn(formInput, call.now))),
  );
  return tried.done ? tried.value : { wrong: tried.wrong };
};

const shownPreview = (c: Context<App>, target: Target, formInput: FormInput) =>
  formInput.get("kind") === "repeat" && formInput.get("cron") === ""
    ? undefined
    : previewOf(c, target, formInput);

const draw = async (
  c: Context<App>,
  { project, schedule }: Target,
  {
    formInput,
    wrong = [],
    changed = false,
    status = 200,
    offer,
  }: {
    formInput: FormInput;
    wrong?: Wrong;
    changed?: boolean;
    status?: 200 | 400 | 409 | 413;
    offer?: Offer;
  },
) => {
  const list = `/console/projects/${project}/schedules`;
  const address = schedule ? `${list}/${schedule.id}/edit` : list;
  return show(
    c,
    {
      ...{ title: schedule ? `Edit ${schedule.name}` : "New schedule", here: HERE, sheet: "forms", status },
      ...(schedule && {
        ...{ above: [{ path: schedulePath(project, schedule.id), label: schedule.name }], crumb: "Edit" },
      }),
    },
    <ScheduleForm
      address={address}
      formInput={formInput}
      offer={
        offer ??
        (await offerOf(c.get("call"), project, {
          selection: selectionIn(formInput),
          scheduleId: schedule?.id ?? (Number(formInput.get("copy_of")) || 0),
        }))
      }
      wrong={wrong}
      preview={await shownPreview(c, { project, schedule }, formInput)}
      seen={schedule && (await digestOf(schedule))}
      changed={changed}
      back={schedule ? schedulePath(project, schedule.id) : HERE}
    />,
  );
};

/** Only the next times, which a script requests while the user types. */
const drawPreview = async (c: Context<App>, target: Target, formInput: FormInput) =>
  show(
    c,
    { title: "Next times" },
    <PreviewTimes
      preview={await shownPreview(c, target, formInput)}
      zone={formInput.get("time_zone")}
      cron={formInput.get("kind") === "repeat" ? formInput.get("cron") : undefined}
    />,
  );

const withValues = (formInput: FormInput, values: Record<string, readonly string[]>): FormInput =>
  new FormInput([...formInput.fields, ...Object.entries(values)]);

/** Imports the test runs of the form's report file and selects them. */
const importReport = async (c: Context<App>, target: Target, formInput: FormInput) => {
  const { call } = c.var;
  refuseUnlessMayDo(call.actor, "createTestRuns");
  const file = formInput.files.get("report");
  if (!file) {
    const wrong = [{ field: "report", message: "is missing: choose a file, or drop it here" }];
    return draw(c, target, { formInput, wrong, status: 400 });
  }
  const content = CONTENTS.find((each) => each === formInput.get("content")) ?? "classname.name";
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
    return draw(c, target, { formInput, wrong, status: tried.status });
  }
  const { runs, summary } = tried.value;
  const ids = [...new Set([...chosenIn(formInput), ...runs.map(({ test_run_id }) => test_run_id)])];
  const words = summary ? [summaryText(summary)] : [];
  return draw(c, target, {
    formInput: withValues(formInput, {
      runs: ["chosen"],
      test_run_ids: [ids.join(",")],
      import_summary: words,
    }),
  });
};

/** Performs an intermediate step of the form; undefined if the form is to be saved. */
const step = (c: Context<App>, target: Target, formInput: FormInput) => {
  switch (formInput.get("step")) {
    case "report":
      return importReport(c, target, formInput);
    case "choose":
      return draw(c, target, { formInput: withValues(formInput, { runs: ["chosen"] }) });
    case "preview":
      return c.get("pageContext").partial
        ? drawPreview(c, target, formInput)
        : draw(c, target, { formInput });
    case "find":
      return draw(c, target, { formInput });
    default:
      return formInput.get("preset") === ""
        ? undefined
        : draw(c, target, { formInput: withValues(formInput, { cron: [formInput.get("preset")] }) });
  }
};

const runsIn = async (c: Context<App>, { project, schedule }: Target, formInput: FormInput) => {
  const way = formInput.get("runs");
  const kept = schedule?.id ?? (Number(formInput.get("copy_of")) || undefined);
  if (way === "keep" && kept !== undefined)
    return { automation_materials: await scheduleMaterials(c.get("call"), project, kept) };
  return way === "chosen" ? { test_run_ids: chosenIn(formInput) } : {};
};

/** A form for one run calls its start `at`. */
const underFormNames = (wrong: Wrong, formInput: FormInput): Wrong =>
  formInput.get("kind") === "repeat"
    ? wrong
    : wrong.map((each) => (each.field === "start_date" ? { ...each, field: "at" } : each));

/** The form does not show parameters and commit: those of the schedule, or of the one that is copied, stay. */
const parametersOf = async (c: Context<App>, { project, schedule }: Target, formInput: FormInput) => {
  const copied = Number(formInput.get("copy_of"));
  const source =
    schedule ?? (copied ? await getSchedule(c.get("call"), { project, schedule: copied }) : undefined);
  return source ? { parameters: parametersIn(source.parameters), commit: source.commitSha } : {};
};

const inputOf = async (c: Context<App>, target: Target, formInput: FormInput) =>
  readAs(scheduleInput, {
    ...factsIn(formInput),
    ...(await parametersOf(c, target, formInput)),
    ...cadenceIn(formInput, c.get("call").now),
    ...(await runsIn(c, target, formInput)),
  });

export const scheduleFormPages = new Hono<App>()
  .get("/schedules/new", page("createSchedule"), async (c) => {
    const requested = Number(c.req.query("project"));
    const projects = await listVisibleProjects(c.get("call"));
    const [only] = projects;
    const project = projects.find(({ id }) => id === requested) ?? (projects.length === 1 ? only : undefined);
    if (project) {
      const agent = c.req.query("agent");
      const query = agent === undefined ? "" : `?agent=${encodeURIComponent(agent)}`;
      return c.redirect(`/console/projects/${project.id}/schedules/new${query}`);
    }
    return show(
      c,
      { title: "New schedule", here: HERE, sheet: "forms" },
      <ChooseProject projects={projects} />,
    );
  })
  .get(`${SCHEDULES}/new`, page("createSchedule", ["project"]), async (c) => {
    const { project } = c.req.valid("param");
    const agent = Number(c.req.query("agent")) || undefined;
    const from = Number(c.req.query("from"));
    if (from) {
      const { schedule, offer } = await editOf(c.get("call"), { project, schedule: from });
      const formInput = scheduleFormInput(schedule, true);
      return draw(c, { project, schedule: undefined }, { formInput, offer });
    }
    return draw(
      c,
      { project, schedule: undefined },
      { formInput: newFormInput(c.get("pageContext").zone, agent) },
    );
  })
  .post(SCHEDULES, action("createSchedule", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const target = { project: c.req.valid("param").project, schedule: undefined };
    const stepped = step(c, target, formInput);
    if (stepped) return stepped;
    const tried = await attempt(async () =>
      createSchedule(call, target.project, await inputOf(c, target, formInput)),
    );
    if (tried.done)
      return redirectTo(c, schedulePath(target.project, tried.value.schedule.id), "schedule-made");
    return draw(c, target, {
      formInput,
      wrong: underFormNames(tried.wrong, formInput),
      status: tried.status,
    });
  })
  .get(EDIT, page("updateSchedule", IDS), async (c) => {
    const path = c.req.valid("param");
    const { schedule, offer } = await editOf(c.get("call"), path);
    return draw(c, { project: path.project, schedule }, { formInput: scheduleFormInput(schedule), offer });
  })
  .post(EDIT, action("updateSchedule", IDS), async (c) => {
    const { call, formInput } = c.var;
    const path = c.req.valid("param");
    const schedule = await getSchedule(call, path);
    const target = { project: path.project, schedule };
    const stepped = step(c, target, formInput);
    if (stepped) return stepped;
    if (formInput.get("seen") !== (await digestOf(schedule))) {
      return draw(c, target, { formInput, changed: true, status: 409 });
    }
    const tried = await attempt(async () => updateSchedule(call, path, await inputOf(c, target, formInput)));
    if (tried.done) return redirectTo(c, schedulePath(path.project, path.schedule), "schedule-saved");
    return draw(c, target, {
      formInput,
      wrong: underFormNames(tried.wrong, formInput),
      status: tried.status,
    });
  });
