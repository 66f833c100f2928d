import { mayDo } from "../../access/permissions.ts";
import { FORMS } from "../../webhooks/forms.ts";
import { eventsOf } from "../../webhooks/webhooks.ts";
import { type FormInput, usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Fact } from "../parts/fact.tsx";
import { Field, FormToken, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Time } from "../parts/time.tsx";
import { Deliveries } from "./deliveries.tsx";
import { CredentialField, EventBoxes } from "./form.tsx";
import { countText, WebhookState, webhookPath } from "./list.tsx";
import type { WebhookPage } from "./view.ts";

interface Edited {
  page: WebhookPage;
  formInput: FormInput;
  wrong: Wrong;
}

const Edit = ({ page: { projectId, webhook }, formInput, wrong }: Edited) => {
  const given = formInput.fields.has("name");
  return (
    <details class="asking" open={wrong.length > 0}>
      <summary>Change…</summary>
      <form class="asked" method="post" action={`${webhookPath(projectId, webhook.id)}/change`}>
        <FormToken />
        <WrongElsewhere wrong={wrong} shown={["name", "target", "credential", "events"]} />
        <Field
          name="name"
          label="Name"
          value={given ? formInput.get("name") : webhook.name}
          wrong={wrong}
          more={{ required: true, autocomplete: "off" }}
        />
        <Field
          name="target"
          label="Another address"
          value={formInput.get("target")}
          wrong={wrong}
          hint="Empty: it stays as it is."
          more={{ autocomplete: "off", spellcheck: "false" }}
        />
        {FORMS[webhook.form].takesCredential && (
          <CredentialField
            hint="Empty: it stays as it is. Another address takes its own token."
            wrong={wrong}
          />
        )}
        <EventBoxes
          types={FORMS[webhook.form].events}
          chosen={given ? formInput.all("events") : eventsOf(webhook)}
          wrong={wrong}
        />
        <button type="submit" class="primary">
          Save it
        </button>
      </form>
    </details>
  );
};

const Rotate = ({ page: { projectId, webhook } }: { page: WebhookPage }) => (
  <ConfirmedAction
    to={`${webhookPath(projectId, webhook.id)}/rotate`}
    label="Rotate the secret…"
    what={webhook.name}
    consequence="It gets a new secret, shown once. The present one signs too for a while, so that the receiver can change over."
    sure="Give it a new secret"
    keepsPlace={false}
    danger={false}
  >
    <div class="field">
      <label for="overlap">Present secret signs too, minutes</label>
      <input id="overlap" name="overlap_minutes" type="number" min={0} max={10080} value="1440" />
    </div>
  </ConfirmedAction>
);

const Switch = ({ page: { projectId, webhook } }: { page: WebhookPage }) => {
  const path = webhookPath(projectId, webhook.id);
  return webhook.disabledAt === null ? (
    <ConfirmedAction
      to={`${path}/disable`}
      label="Disable…"
      what={webhook.name}
      consequence="What waits for it is dead and can be sent again later; what happens from now on is not sent."
      sure="Disable it"
    />
  ) : (
    <ActionButton to={`${path}/enable`} label="Enable" what={webhook.name} kind="primary" />
  );
};

const Actions = ({ page, formInput, wrong }: Edited) => {
  const { actor } = usePageContext();
  const { projectId, webhook } = page;
  const path = webhookPath(projectId, webhook.id);
  return (
    <div class="row top">
      {mayDo(actor, "testWebhook") && (
        <ActionButton to={`${path}/test`} label="Send a test" what={`to ${webhook.name}`} />
      )}
      {mayDo(actor, "updateWebhook") && <Switch page={page} />}
      {mayDo(actor, "rotateWebhook") && FORMS[webhook.form].signs && <Rotate page={page} />}
      {mayDo(actor, "updateWebhook") && <Edit {...{ page, formInput, wrong }} />}
      {mayDo(actor, "deleteWebhook") && (
        <ConfirmedAction
          to={`${path}/delete`}
          label="Delete…"
          what={webhook.name}
          consequence="Nothing is sent to it any more, and what waits for it is gone."
          sure="Delete it"
          keepsPlace={false}
        />
      )}
    </div>
  );
};

/** The page of a webhook: how it does, what was sent to it, and what may be done with it. */
export const WebhookDetails = ({ page, formInput, wrong }: Edited) => {
  const { now } = usePageContext();
  const { webhook } = page;
  return (
    <Live>
      <Actions {...{ page, formInput, wrong }} />
      <section class="card">
        <h2>Details</h2>
        <dl class="facts">
          <Fact label="State">
            <WebhookState webhook={webhook} />
          </Fact>
          <Fact label="Form">{webhook.form}</Fact>
          <Fact label="Address">{webhook.shownTarget}</Fact>
          <Fact label="Events">{eventsOf(webhook).join(", ")}</Fact>
          <Fact label="Waiting">{countText(webhook.waiting)}</Fact>
          <Fact label="Dead">{countText(webhook.dead)}</Fact>
          {webhook.formerUntil !== null && webhook.formerUntil > now && (
            <Fact label="Old secret signs until">
              <Time at={webhook.formerUntil} />
            </Fact>
          )}
          <Fact label="Made">
            <Time at={webhook.createdAt} /> <span class="quiet">by {webhook.createdBy}</span>
          </Fact>
        </dl>
      </section>
      <Deliveries page={page} />
    </Live>
  );
};
