import { projectIdsOf } from "../../access/authenticate.ts";
import { SCOPES } from "../../database/enums.ts";
import type { Issued } from "../../tokens/tokens.ts";
import type { FormInput } from "../page-context.ts";
import { SubmitOrLeave } from "../parts/buttons.tsx";
import { Copyable } from "../parts/copy.tsx";
import { Check, Choice, Field, FormKeys, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { hostCommands } from "../start/commands.ts";

const SCOPE_WORDS = {
  admin: "admin: everything",
  operator: "operator: projects, agents, schedules, jobs",
  host: "host: what a host calls",
  metrics: "metrics: reads /metrics, and nothing else",
};

const SHOWN = ["name", "scope", "project_ids", "host_server_id", "register_only", "expires_at"];

export const TokenForm = ({ formInput, wrong }: { formInput: FormInput; wrong: Wrong }) => {
  const field = fieldsOf(formInput, wrong);
  return (
    <form method="post" action="/console/tokens" class="card narrow stack">
      <FormKeys />
      <WrongElsewhere wrong={wrong} shown={SHOWN} />
      <Field
        {...field("name")}
        label="Name"
        hint="Whose it is: the audit names it."
        more={{ required: true, autocomplete: "off" }}
      />
      <Choice
        name="scope"
        label="Scope"
        value={formInput.get("scope") || "host"}
        wrong={wrong}
        options={SCOPES.map((scope) => ({ value: scope, label: SCOPE_WORDS[scope] })).reverse()}
      />
      <Field
        {...field("project_ids")}
        label="Only these projects"
        hint="Ids, with commas between. Everything else is to it as if it were not there. Empty: all."
      />
      <Field
        {...field("host_server_id")}
        label="Only this host"
        hint="Its id; goes with the scope host. Empty: all."
        more={{ inputmode: "numeric" }}
      />
      <Check
        name="register_only"
        label="Only registers new hosts: each gets a token of its own"
        checked={formInput.get("register_only") === "true"}
      />
      <Field
        {...field("expires_at")}
        label="Good until"
        hint="In the zone that the menu names. Empty: until it is revoked."
        more={{ type: "datetime-local" }}
      />
      <div class="row">
        <SubmitOrLeave submit="Make the token" leave="Leave it" to="/console/tokens" />
      </div>
    </form>
  );
};

/** Shows a new secret, only once. */
export const IssuedToken = ({ issued: { token, secret }, origin }: { issued: Issued; origin: string }) => (
  <section class="card narrow">
    {secret === undefined ? (
      <p>
        {token.name} was made by this form before, and its secret was shown then. If nobody kept it, rotate
        the token.
      </p>
    ) : (
      <>
        <p>
          This is the secret of <strong>{token.name}</strong>. It is shown this once and kept nowhere: copy it
          now.
        </p>
        <Copyable id="secret" label="the token" text={secret} />
        {token.scope === "host" ? (
          <>
            <p>These two lines, in the folder of your tests, make a machine a host with it:</p>
            <Copyable
              id="host-commands"
              label="the lines"
              text={hostCommands({ origin, secret }, projectIdsOf(token)?.[0])}
            />
          </>
        ) : null}
      </>
    )}
    <p>
      <a class="button" href="/console/tokens">
        To the tokens
      </a>
    </p>
  </section>
);
