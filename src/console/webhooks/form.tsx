import { EVENT_TYPES, type WebhookForm as Form, WEBHOOK_FORMS } from "../../database/enums.ts";
import type { Issued } from "../../webhooks/webhooks.ts";
import type { FormInput } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import {
  Check,
  Choice,
  Field,
  FieldErrorOf,
  FormKey,
  FormToken,
  fieldsOf,
  type Wrong,
  WrongElsewhere,
} from "../parts/form.tsx";
import { webhookPath, webhooksPath } from "./list.tsx";

const FORM_WORDS: Readonly<Record<Form, string>> = {
  standard: "standard: JSON, signed by Standard Webhooks",
  slack: "slack: a message to an incoming webhook of Slack",
  teams: "teams: a message to an incoming webhook of Teams",
};

const SHOWN = ["name", "form", "target", "events"];

/** Which events a webhook is told of: a box for each. */
export const EventBoxes = ({ chosen, wrong }: { chosen: readonly string[]; wrong: Wrong }) => (
  <fieldset>
    <legend>Events</legend>
    {EVENT_TYPES.map((type) => (
      <Check name="events" label={type} value={type} checked={chosen.includes(type)} />
    ))}
    <FieldErrorOf names={["events"]} label="Events" wrong={wrong} />
  </fieldset>
);

/** Makes a webhook. Works without scripts. */
export const WebhookForm = ({
  projectId,
  formInput,
  wrong,
}: {
  projectId: number;
  formInput: FormInput;
  wrong: Wrong;
}) => {
  const field = fieldsOf(formInput, wrong);
  const isFirst = !formInput.fields.has("name");
  return (
    <form method="post" action={webhooksPath(projectId)} class="card narrow stack" aria-label="New webhook">
      <h2>New webhook</h2>
      <FormToken />
      <FormKey />
      <WrongElsewhere wrong={wrong} shown={SHOWN} />
      <Field
        {...field("name")}
        label="Name"
        hint="What it is for: people read it."
        more={{ required: true, autocomplete: "off" }}
      />
      <Choice
        name="form"
        label="Form"
        value={formInput.get("form") || "standard"}
        wrong={wrong}
        options={WEBHOOK_FORMS.map((form) => ({ value: form, label: FORM_WORDS[form] }))}
      />
      <Field
        {...field("target")}
        label="Address"
        hint="A public https address, which takes a POST. It is not followed where it redirects."
        more={{ required: true, autocomplete: "off", spellcheck: "false", inputmode: "url" }}
      />
      <EventBoxes chosen={isFirst ? EVENT_TYPES : formInput.all("events")} wrong={wrong} />
      <div class="row">
        <button type="submit" class="primary">
          Make the webhook
        </button>
      </div>
    </form>
  );
};

/** Shows a new secret, only once. */
export const IssuedSecret = ({
  projectId,
  issued: { webhook, secret },
}: {
  projectId: number;
  issued: Issued;
}) => (
  <section class="card narrow">
    {secret === undefined ? (
      <p>The secret was shown already. Rotate it for another one.</p>
    ) : (
      <>
        <h2>Its secret</h2>
        <p>
          The receiver checks signatures with it. It is shown only now: copy it before you leave the page.
        </p>
        <Copyable id="secret" label="the secret" text={secret} />
      </>
    )}
    <p>
      <a href={webhookPath(projectId, webhook.id)}>To the webhook {webhook.name}</a>
    </p>
  </section>
);
