import type { FormInput } from "../page-context.ts";
import { Choice, type Wrong } from "../parts/form.tsx";
import type { Offer } from "./view.ts";

/** Which agent runs it; where there are many, looked for by the name of the host or the agent. */
export const AgentChoice = ({
  address,
  formInput,
  wrong,
  offer,
}: {
  address: string;
  formInput: FormInput;
  wrong: Wrong;
  offer: Offer;
}) => (
  <div id="agent-choice" class="stack">
    {offer.moreAgents || formInput.get("find_agent") !== "" ? (
      <div class="field">
        <label for="find_agent">Find an agent</label>
        <div class="row grow">
          <input
            type="search"
            id="find_agent"
            name="find_agent"
            value={formInput.get("find_agent")}
            placeholder="Host or agent"
            hx-post={address}
            hx-trigger="input changed delay:300ms, search"
            hx-vals='{"step":"find"}'
            hx-target="#agent-choice"
            hx-select="#agent-choice"
            hx-swap="outerHTML"
          />
          <button class="no-script" type="submit" name="step" value="find" formnovalidate>
            Find
          </button>
        </div>
      </div>
    ) : null}
    <Choice
      name="agent_server_id"
      label={`Agent, of ${offer.projectName}`}
      value={formInput.get("agent_server_id")}
      wrong={wrong}
      options={offer.agents.map(({ id, name, hostName, active }) => ({
        value: String(id),
        label: `${hostName}: ${name}${active === 1 ? "" : " (inactive)"}`,
      }))}
      hint={
        offer.agents.length === 0
          ? "None here: a host brings its agents."
          : offer.moreAgents
            ? "There are more: look for yours."
            : undefined
      }
    />
  </div>
);
