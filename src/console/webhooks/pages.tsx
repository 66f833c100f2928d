import { type Context, Hono } from "hono";
import * as z from "zod";
import { mayDo } from "../../access/permissions.ts";
import { WEBHOOK_FORMS } from "../../database/enums.ts";
import type { App } from "../../http/app.ts";
import { resendDeliveries, resendDelivery } from "../../webhooks/deliveries.ts";
import { FORMS } from "../../webhooks/forms.ts";
import { secretRotation, webhookInput, webhookUpdate } from "../../webhooks/input.ts";
import {
  createWebhook,
  deleteWebhook,
  type Issued,
  rotateWebhook,
  testWebhook,
  updateWebhook,
  type WebhookPath,
} from "../../webhooks/webhooks.ts";
import { wholeInQuery } from "../../wire/fields.ts";
import { attempt, numberIn, readAs, textIn } from "../form-input.ts";
import { FormInput } from "../page-context.ts";
import { action, page } from "../page-guards.ts";
import { inProject } from "../parts/crumbs.ts";
import type { Wrong } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { redirectTo, show } from "../show-page.tsx";
import { WebhookDetails } from "./details.tsx";
import { IssuedSecret, WebhookForm } from "./form.tsx";
import { WebhookList, webhookPath, webhooksPath } from "./list.tsx";
import { listProjectWebhooks, viewWebhook } from "./view.ts";

/** The boxes of all events stand in the form: those that the chosen form does not tell of are left out. */
const eventsIn = (formInput: FormInput): readonly string[] => {
  const form = WEBHOOK_FORMS.find((each) => each === formInput.get("form"));
  const chosen = formInput.all("events");
  return form ? chosen.filter((type) => FORMS[form].events.some((told) => told === type)) : chosen;
};

const WEBHOOKS = "/projects/:project/webhooks" as const;
const WEBHOOK = `${WEBHOOKS}/:webhook` as const;
const PATH = ["project", "webhook"] as const;
const HERE = "/console/projects";

/** Which deliveries the page of a webhook shows. */
const addressQuery = z.object({
  status: z.literal("dead").optional(),
  before: wholeInQuery({ from: 1 }).optional(),
});

interface Drawn {
  formInput: FormInput;
  wrong?: Wrong;
  status?: 200 | 400 | 409 | 413;
}

const drawList = async (
  c: Context<App>,
  projectId: number,
  { formInput, wrong = [], status = 200 }: Drawn,
) => {
  const list = await listProjectWebhooks(c.get("call"), projectId);
  const name = list.projectName;
  return show(
    c,
    {
      ...{ title: `Webhooks of ${name}`, crumb: "Webhooks", here: HERE, sheet: "forms", status },
      above: inProject({ id: projectId, name }),
    },
    <>
      <Live>
        <WebhookList list={list} />
      </Live>
      {mayDo(c.get("pageContext").actor, "createWebhook") && (
        <WebhookForm {...{ projectId, formInput, wrong }} />
      )}
    </>,
  );
};

const drawOne = async (
  c: Context<App>,
  path: WebhookPath,
  { formInput, wrong = [], status = 200 }: Drawn,
) => {
  const { status: only, before } = readAs(addressQuery, c.req.method === "GET" ? c.req.query() : {});
  const view = await viewWebhook(c.get("call"), path, { onlyDead: only === "dead", before });
  const { projectId: id, projectName: name } = view;
  return show(
    c,
    {
      ...{ title: view.webhook.name, here: HERE, sheet: "forms", status },
      above: inProject({ id, name }, [{ path: webhooksPath(id), label: "Webhooks" }]),
    },
    <WebhookDetails {...{ page: view, formInput, wrong }} />,
  );
};

const showSecret = (c: Context<App>, projectId: number, issued: Issued) =>
  show(c, { title: issued.webhook.name, here: HERE }, <IssuedSecret projectId={projectId} issued={issued} />);

export const webhookPages = new Hono<App>()
  .get(WEBHOOKS, page("listWebhooks", ["project"]), async (c) =>
    drawList(c, c.req.valid("param").project, { formInput: new FormInput([]) }),
  )
  .post(WEBHOOKS, action("createWebhook", ["project"]), async (c) => {
    const { call, formInput } = c.var;
    const { project } = c.req.valid("param");
    const tried = await attempt(async () =>
      createWebhook(
        call,
        project,
        readAs(webhookInput, {
          name: formInput.get("name"),
          form: textIn(formInput.get("form")),
          target: formInput.get("target"),
          credential: textIn(formInput.get("credential")),
          events: eventsIn(formInput),
        }),
      ),
    );
    if (!tried.done) return drawList(c, project, { formInput, wrong: tried.wrong, status: tried.status });
    const { webhook } = tried.value;
    return webhook.secret === null
      ? redirectTo(c, webhookPath(project, webhook.id), "webhook-made")
      : showSecret(c, project, tried.value);
  })
  .get(WEBHOOK, page("getWebhook", PATH), async (c) =>
    drawOne(c, c.req.valid("param"), { formInput: new FormInput([]) }),
  )
  .post(`${WEBHOOK}/change`, action("updateWebhook", PATH), async (c) => {
    const { call, formInput } = c.var;
    const path = c.req.valid("param");
    const tried = await attempt(async () =>
      updateWebhook(
        call,
        path,
        readAs(webhookUpdate, {
          name: formInput.get("name"),
          target: textIn(formInput.get("target")),
          credential: textIn(formInput.get("credential")),
          events: formInput.all("events"),
        }),
      ),
    );
    return tried.done
      ? redirectTo(c, webhookPath(path.project, path.webhook), "webhook-saved")
      : drawOne(c, path, { formInput, wrong: tried.wrong, status: tried.status });
  })
  .post(`${WEBHOOK}/enable`, action("updateWebhook", PATH), async (c) => {
    const path = c.req.valid("param");
    await updateWebhook(c.get("call"), path, { enabled: true });
    return redirectTo(c, webhookPath(path.project, path.webhook), "webhook-enabled");
  })
  .post(`${WEBHOOK}/disable`, action("updateWebhook", PATH), async (c) => {
    const path = c.req.valid("param");
    await updateWebhook(c.get("call"), path, { enabled: false });
    return redirectTo(c, webhookPath(path.project, path.webhook), "webhook-disabled");
  })
  .post(`${WEBHOOK}/rotate`, action("rotateWebhook", PATH), async (c) => {
    const { call, formInput } = c.var;
    const path = c.req.valid("param");
    const overlap = readAs(secretRotation, { overlap_minutes: numberIn(formInput.get("overlap_minutes")) });
    return showSecret(c, path.project, await rotateWebhook(call, path, overlap));
  })
  .post(`${WEBHOOK}/test`, action("testWebhook", PATH), async (c) => {
    const path = c.req.valid("param");
    const { is } = await testWebhook(c.get("call"), path);
    const notice = is === "taken" ? "webhook-test-taken" : "webhook-test-failed";
    return redirectTo(c, webhookPath(path.project, path.webhook), notice);
  })
  .post(`${WEBHOOK}/delete`, action("deleteWebhook", PATH), async (c) => {
    const path = c.req.valid("param");
    await deleteWebhook(c.get("call"), path);
    return redirectTo(c, webhooksPath(path.project), "webhook-deleted");
  })
  .post(
    `${WEBHOOK}/deliveries/:delivery/resend`,
    action("resendDelivery", ["project", "webhook", "delivery"]),
    async (c) => {
      const path = c.req.valid("param");
      await resendDelivery(c.get("call"), path);
      return redirectTo(c, `${webhookPath(path.project, path.webhook)}?status=dead`, "delivery-resent");
    },
  )
  .post(`${WEBHOOK}/deliveries/resend`, action("resendDeliveries", PATH), async (c) => {
    const path = c.req.valid("param");
    await resendDeliveries(c.get("call"), path);
    return redirectTo(c, `${webhookPath(path.project, path.webhook)}?status=dead`, "delivery-resent");
  });
