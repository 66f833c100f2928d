import type { Command } from "./commands.ts";
import { drain } from "./drain.ts";
import { Run, type Tally } from "./run.ts";
import { type Ground, makeGround } from "./scene.ts";

/** What is tried unless the environment says otherwise: the same lists each time, so that the same code gives the same result. */
const USUAL = { runs: 3, length: 30, seed: 101 };

/** How much is tried; each by its variable of the environment. */
export interface Extent {
  /** MODEL_RUNS. */
  runs: number;
  /** MODEL_COMMANDS: of each run, at most. */
  length: number;
  /** MODEL_SEED; another each time where only MODEL_RUNS is given. */
  seed: number;
  /** MODEL_SOCKETS: lists of a host on sockets are drawn too. Too few of them have been run to draw them always. */
  isOnSockets: boolean;
}

export const extentOf = (variables: string): Extent => {
  const [runs, length, seed, sockets] = variables.split(",");
  return {
    runs: Number(runs || USUAL.runs),
    length: Number(length || USUAL.length),
    seed: Number(seed || (runs ? Math.floor(Math.random() * 2 ** 31) : USUAL.seed)),
    isOnSockets: sockets === "on",
  };
};

let ground: Promise<Ground> | undefined;

/** Runs one list of commands on a host of its own, to its end. Throws the invariant that broke. */
export const play = async (commands: readonly Command[], tally: Tally = new Map()): Promise<void> => {
  ground ??= makeGround();
  const run = new Run(await ground, tally);
  await run.begin();
  try {
    for (const command of commands) await run.perform(command);
    await drain(run);
  } finally {
    await run.end();
  }
};

/** The invariant that a list of commands breaks, with the facts; undefined if it breaks none. */
export const breach = (commands: readonly Command[], tally?: Tally): Promise<string | undefined> =>
  play(commands, tally).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const invariantOf = (broken: string | undefined) => broken?.split(":")[0];

/** Shortens a failing list to what still breaks the same invariant: drops halves first, then single commands. */
export const shorten = async (failing: readonly Command[]): Promise<Command[]> => {
  let commands = [...failing];
  const invariant = invariantOf(await breach(commands));
  for (let size = Math.ceil(commands.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < commands.length; ) {
      const fewer = commands.toSpliced(from, size);
      if (invariantOf(await breach(fewer)) === invariant) commands = fewer;
      else from += size;
    }
  }
  return commands;
};

/** A failing list of commands as a test to paste into seeds.test.ts. */
export const asTest = (commands: readonly Command[]): string =>
  [
    'test("NAME IT", () =>',
    "  play([",
    ...commands.map((command) => `    ${JSON.stringify(command)},`),
    "  ]));",
  ].join("\n");
