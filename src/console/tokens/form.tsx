import { projectIdsOf } from "../../access/authenticate.ts";
import { SCOPES } from "../../database/enums.ts";
import type { Issued } from "../../tokens/tokens.ts";
import type { FormInput } from "../page-context.ts";
import { Copyable } from "../parts/copy.tsx";
import { Check, Choice, Field, FormKey, FormToken, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { hostCommands } from "../start/commands.ts";

const SCOPE_WORDS = {
  admin: "admin: everything",
  operator: "operator: projects, agents, schedules, jobs",
  host: "host: what a host calls",
};

const SHOWN = ["name", "scope", "project_ids", "host_server_id", "register_only", "expires_at"];

/** Makes a token. */
export const TokenForm = ({ formInput, wrong }: { formInput: FormInput; wrong: Wrong }) => (
  <form method="post" action="/console/tokens" class="card narrow stack">
    <FormToken />
    <FormKey />
    <WrongElsewhere wrong={wrong} shown={SHOWN} />
    <Field
      name="name"
      label="Name"
      value={formInput.get("name")}
      wrong={wrong}
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
      name="project_ids"
      label="Only these projects"
      value={formInput.get("project_ids")}
      wrong={wrong}
      hint="Ids, with commas between. Everything else is to it as if it were not there. Empty: all."
    />
    <Field
      name="host_server_id"
      label="Only this host"
      value={formInput.get("host_server_id")}
      wrong={wrong}
      hint="Its id; goes with the scope host. Empty: all."
      more={{ inputmode: "numeric" }}
    />
    <Check
      name="register_only"
      label="Only registers new hosts: each gets a token of its own"
      checked={formInput.get("register_only") === "true"}
    />
    <Field
      name="expires_at"
      label="Good until"
      value={formInput.get("expires_at")}
      wrong={wrong}
      hint="In the zone that the menu names. Empty: until it is revoked."
      more={{ type: "datetime-local" }}
    />
    <div class="row">
      <button type="submit" class="primary">
        Make the token
      </button>
      <a class="button" href="/console/tokens">
        Leave it
      </a>
    </div>
  </form>
);

/** Shows a new secret, this once. */
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
              text={hostCommands(origin, secret, projectIdsOf(token)?.[0])}
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
