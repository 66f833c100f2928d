import { existsSync } from "node:fs";
import type { Tell } from "./events.ts";
import { recipeOf } from "./recipe-choice.ts";
import type { KnownAgent } from "./registration.ts";
import { type AgentSettings, FRESH } from "./settings.ts";

/** Looks at the agents before the service is asked for anything. Throws `Plain` for what can't work; tells what may come to work yet. */
export const tellAgentMistakes = (agents: readonly AgentSettings[], tell: Tell): void => {
  for (const agent of agents) {
    const { name, directory } = agent;
    recipeOf(agent);
    if (directory !== FRESH && !existsSync(directory)) {
      const message = `agent ${name}: ${directory} is not there, so that its jobs fail; make it, or give another directory`;
      tell({ event: "trouble", message });
    }
  }
};

/** Says which agents no job comes for, because they are inactive. */
export const tellInactive = (agents: readonly KnownAgent[], tell: Tell): void => {
  const inactive = agents.filter(({ active }) => !active).map(({ settings }) => settings.name);
  if (inactive.length === 0) return;
  const message = `inactive, so that no job of theirs comes until they are activated: ${inactive.join(", ")}`;
  tell({ event: "trouble", message });
};
