import { existsSync } from "node:fs";
import type { Emit } from "./events.ts";
import { recipeOf } from "./recipe-choice.ts";
import type { KnownAgent } from "./registration.ts";
import { type AgentSettings, FRESH } from "./settings.ts";

/**
 * Checks the agents before any request. Throws `Plain` if one cannot work; warns if its folder is missing,
 * which may still appear.
 */
export const warnOfMistakes = (agents: readonly AgentSettings[], emit: Emit): void => {
  for (const agent of agents) {
    const { name, directory } = agent;
    recipeOf(agent);
    if (directory !== FRESH && !existsSync(directory)) {
      const message = `agent ${name}: ${directory} is not there, so that its jobs fail; make it, or give another directory`;
      emit({ event: "trouble", message });
    }
  }
};

/** Warns about inactive agents, which get no jobs. */
export const warnOfInactive = (agents: readonly KnownAgent[], emit: Emit): void => {
  const inactive = agents.filter(({ active }) => !active).map(({ settings }) => settings.name);
  if (inactive.length === 0) return;
  const message = `inactive, so that no job of theirs comes until they are activated: ${inactive.join(", ")}`;
  emit({ event: "trouble", message });
};
