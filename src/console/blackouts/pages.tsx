import { type Context, Hono } from "hono";
import { mayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { blackoutInput } from "../../schedules/blackout-input.ts";
import {
  type BlackoutPreview,
  createBlackout,
  deleteBlackout,
  previewBlackout,
} from "../../schedules/blackouts.ts";
import { isZone } from "../../schedules/time-zone.ts";
import { formatWireTime } from "../../wire/times.ts";
import { attempt, readAs, textIn } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import { inProject } from "../parts/crumbs.ts";
import type { Wrong } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { instantOf } from "../parts/local-time.ts";
import { redirectTo, show } from "../show-page.tsx";
import { BlackoutForm } from "./form.tsx";
import { BlackoutList, blackoutsPath } from "./list.tsx";
import { listProjectBlackouts } from "./view.ts";

const HERE = "/console/projects";
const BLACKOUTS = "/projects/:project/blackouts" as const;

/** A longer calendar file has to be chosen again after a preview. */
const MAX_KEPT = 50_000;

const calendarIn = async (formInput: FormInput): Promise<string> =>
  (await formInput.files.get("calendar_file")?.text()) ?? formInput.get("calendar");

/** A local time as the API takes it; other text is unchanged, and the schema refuses it. */
const timeIn = (text: string, zone: string): string | undefined => {
  const at = instantOf(text, isZone(zone) ? zone : "UTC");
  return at === undefined ? textIn(text) : formatWireTime(at);
};

const inputOf = (formInput: FormInput, calendar: string) => {
  const zone = formInput.get("time_zone");
  const days = formInput
    .get("days")
    .split(/[\s,]+/)
    .filter((day) => day !== "");
  return readAs(blackoutInput, {
    name: formInput.get("name"),
    ...(days.length === 0 ? {} : { days }),
    from: timeIn(formInput.get("from"), zone),
    to: timeIn(formInput.get("to"), zone),
    calendar: textIn(calendar),
    time_zone: textIn(zone),
  });
};

interface Drawn {
  formInput: FormInput;
  wrong?: Wrong;
  preview?: BlackoutPreview | undefined;
  calendar?: string;
  status?: 200 | 400 | 409 | 413;
}

const draw = async (
  c: Context<App>,
  projectId: number,
  { formInput, wrong = [], preview, calendar = "", status = 200 }: Drawn,
) => {
  const list = await listProjectBlackouts(c.get("call"), projectId);
  const kept = calendar.length > MAX_KEPT ? "" : calendar;
  return show(
    c,
    {
      ...{
        title: `Blackouts of ${list.projectName}`,
        crumb: "Blackouts",
        here: HERE,
        sheet: "forms",
        status,
      },
      above: inProject({ id: projectId, name: list.projectName }),
    },
    <>
      <Live>
        <BlackoutList list={list} />
      </Live>
      {mayDo(c.get("pageContext").actor, "createBlackout") && (
        <BlackoutForm {...{ projectId, formInput, wrong, preview }} calendar={kept} />
      )}
    </>,
  );
};

export const blackoutPages = new Hono<App>()
  .get(BLACKOUTS, page("listBlackouts", ["project"]), async (c) =>
    draw(c, c.req.valid("param").project, { formInput: new FormInput([]) }),
  )
  .post(BLACKOUTS, action("createBlackout", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const { project } = c.req.valid("param");
    const calendar = await calendarIn(formInput);
    const isPreview = formInput.get("step") === "preview";
    const tried = await attempt(async () => {
      const input = inputOf(formInput, calendar);
      if (isPreview) return previewBlackout(call, project, input);
      await createBlackout(call, project, input);
      return undefined;
    });
    if (!tried.done)
      return draw(c, project, { formInput, wrong: tried.wrong, calendar, status: tried.status });
    if (!isPreview) return redirectTo(c, blackoutsPath(project), "blackout-made");
    return draw(c, project, { formInput, preview: tried.value, calendar });
  })
  .post(`${BLACKOUTS}/:blackout/delete`, action("deleteBlackout", ["project", "blackout"]), async (c) => {
    const path = c.req.valid("param");
    await deleteBlackout(c.get("call"), path);
    return redirectTo(c, blackoutsPath(path.project), "blackout-deleted");
  });
