import type { AgentRow } from "../../agents/store.ts";
import { sha256 } from "../../wire/sha256.ts";
import { FormInput } from "../page-context.ts";
import { SubmitOrLeave } from "../parts/buttons.tsx";
import { Check, Field, FormToken, fieldsOf, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Problem } from "../parts/notice.tsx";

const factsOf = (agent: AgentRow): [string, string[]][] => [
  ["name", [agent.name]],
  ["framework", [agent.framework]],
  ["framework_id", [agent.frameworkId]],
  ["agent_client_id", [agent.clientNumber]],
  ["active", [String(agent.active)]],
];

/** The form's values for an agent. */
export const agentFormInput = (agent: AgentRow): FormInput => new FormInput(factsOf(agent));

/** A digest of the agent's facts, by which a form detects a change made since it was opened. */
export const agentDigest = async (agent: AgentRow): Promise<string> =>
  (await sha256(JSON.stringify(factsOf(agent)))).slice(0, 16);

/** Edits an agent. `changed` is true if someone else changed it since the form was opened. */
export const AgentForm = ({
  agent,
  formInput,
  wrong,
  changed,
  seen,
}: {
  agent: AgentRow;
  formInput: FormInput;
  wrong: Wrong;
  changed: boolean;
  seen: string;
}) => {
  const field = fieldsOf(formInput, wrong);
  return (
    <section class="card narrow">
      {changed ? (
        <Problem>
          Somebody changed this agent since you opened it. Nothing was saved; what you typed is kept. Save
          again to put it over theirs.
        </Problem>
      ) : null}
      {changed ? (
        <p class="quiet">
          It now says: {agent.name}, {agent.framework}, {agent.frameworkId}, number {agent.clientNumber},{" "}
          {agent.active ? "active" : "inactive"}.
        </p>
      ) : null}
      <form method="post" class="stack">
        <FormToken />
        <input type="hidden" name="seen" value={seen} />
        <WrongElsewhere wrong={wrong} shown={["name", "framework", "framework_id", "agent_client_id"]} />
        <Field {...field("name")} label="Name" more={{ required: true }} />
        <Field {...field("framework")} label="Framework" more={{ required: true }} />
        <Field {...field("framework_id")} label="Framework id" />
        <Field {...field("agent_client_id")} label="Number" hint="The host's own number of this agent." />
        <Check
          name="active"
          label="Active: its jobs are handed out"
          checked={formInput.get("active") === "true"}
        />
        <div class="row">
          <SubmitOrLeave
            submit="Save"
            leave="Cancel"
            to={`/console/projects/${agent.projectId}/hosts/${agent.hostId}/agents/${agent.id}`}
          />
        </div>
      </form>
    </section>
  );
};
