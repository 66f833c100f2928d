import {
  EVENT_TYPES,
  type EventType,
  type WebhookForm as Form,
  WEBHOOK_FORMS,
} from "../../database/enums.ts";
import type { Issued } from "../../webhooks/webhooks.ts";
import type { FormInput } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import {
  Check,
  Choice,
  Field,
  FieldErrorOf,
  FormKeys,
  fieldsOf,
  type Wrong,
  WrongElsewhere,
} from "../parts/form.tsx";
import { webhookPath, webhooksPath } from "./list.tsx";

const FORM_WORDS: Readonly<Record<Form, string>> = {
  standard: "standard: JSON, signed by Standard Webhooks",
  slack: "slack: a message to an incoming webhook of Slack",
  teams: "teams: a message to an incoming webhook of Teams",
  email: "email: a message to an e-mail address",
  github: "github: the status of the tested commit at GitHub",
  gitlab: "gitlab: the status of the tested commit at GitLab",
};

const SHOWN = ["name", "form", "target", "credential", "events"];

/** What lets the service in at a receiver. It is never shown again. */
export const CredentialField = ({ hint, wrong }: { hint: string; wrong: Wrong }) => (
  <Field
    name="credential"
    label="Token of the repository"
    value=""
    hint={hint}
    wrong={wrong}
    more={{ type: "password", autocomplete: "off" }}
  />
);

/** Which events a webhook is told of: a box for each of `types`. */
export const EventBoxes = ({
  types,
  chosen,
  wrong,
}: {
  types: readonly EventType[];
  chosen: readonly string[];
  wrong: Wrong;
}) => (
  <fieldset>
    <legend>Events</legend>
    {types.map((type) => (
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
      <FormKeys />
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
        hint="By its form: a public https address, which takes a POST; an e-mail address; or a repository, like https://github.com/owner/repository."
        more={{ required: true, autocomplete: "off", spellcheck: "false" }}
      />
      <CredentialField hint="Only for github and gitlab. It is not shown again." wrong={wrong} />
      <EventBoxes
        types={EVENT_TYPES}
        chosen={isFirst ? EVENT_TYPES : formInput.all("events")}
        wrong={wrong}
      />
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
