import { Plain } from "../programs/plain-error.ts";
import { type CommandLine, durationIn, textIn, textsIn } from "./options.ts";

export interface RunOptions {
  agent: string;
  /** The filters of tests; none: all. */
  tests: string[];
  name: string | undefined;
  parameters: { name: string; value: string }[];
  /** The commit that is tested; undefined: as the pipeline says. */
  commit: string | undefined;
  /** Whether to wait for the end. */
  waits: boolean;
  timeoutMs: number | undefined;
  junit: string | undefined;
  follows: boolean;
}

const parameterIn = (given: string): { name: string; value: string } => {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) throw new Plain(`--set must be NAME=VALUE, not ${given}`);
  return { name, value };
};

/** What `run` is asked for. Throws `Plain`. */
export const runOptionsIn = (line: CommandLine): RunOptions => {
  const agent = textIn(line, "agent");
  if (agent === undefined || agent.trim() === "")
    throw new Plain("which agent runs the tests? Give --agent with its id or name");
  const timeoutMs = durationIn(line, "timeout");
  const junit = textIn(line, "junit");
  const follows = line.flags.follow === true;
  return {
    agent,
    tests: textsIn(line, "tests"),
    name: textIn(line, "name"),
    parameters: textsIn(line, "set").map(parameterIn),
    commit: textIn(line, "commit"),
    waits: line.flags.wait === true || timeoutMs !== undefined || junit !== undefined || follows,
    timeoutMs,
    junit,
    follows,
  };
};
