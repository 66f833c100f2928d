import type { FormInput } from "../page-context.ts";
import { Choice, type Wrong } from "../parts/form.tsx";
import { FindField } from "./find-field.tsx";
import type { Offer } from "./view.ts";

/** Selects the agent. With many agents, the user searches by the name of the host or the agent. */
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
      <FindField
        address={address}
        target="#agent-choice"
        name="find_agent"
        label="Find an agent"
        value={formInput.get("find_agent")}
        placeholder="Host or agent"
        rowClass="row grow"
      />
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
