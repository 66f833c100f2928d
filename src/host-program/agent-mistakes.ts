import { existsSync } from "node:fs";
import type { Tell } from "./events.ts";
import { recipeOf } from "./recipe-choice.ts";
import type { KnownAgent } from "./registration.ts";
import { type AgentSettings, FRESH } from "./settings.ts";

/**
 * Checks the agents before any request. Throws `Plain` if one cannot work; warns if its folder is missing,
 * which may still appear.
 */
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

/** Warns about inactive agents, which get no jobs. */
export const tellInactive = (agents: readonly KnownAgent[], tell: Tell): void => {
  const inactive = agents.filter(({ active }) => !active).map(({ settings }) => settings.name);
  if (inactive.length === 0) return;
  const message = `inactive, so that no job of theirs comes until they are activated: ${inactive.join(", ")}`;
  tell({ event: "trouble", message });
};
