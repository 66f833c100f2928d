import { env } from "cloudflare:workers";
import fc from "fast-check";
import { test } from "vitest";
import { commandsOf } from "./command-lists.ts";
import { asTest, breach, extentOf, play, shorten } from "./play.ts";

const SECOND = 1000;
const { runs, length, seed, isOnSockets } = extentOf(env.MODEL ?? "");

test(
  "no job is run twice and none is lost, whatever hosts, operators, clocks, faults and delays do",
  async () => {
    const tally = new Map<string, number>();
    const began = Date.now();
    const property = fc.asyncProperty(commandsOf(length, isOnSockets), (commands) => play(commands, tally));
    const { numRuns, counterexample } = await fc.check(property, { numRuns: runs, seed });
    const seconds = Math.round((Date.now() - began) / SECOND);
    const kinds = [...tally]
      .sort(([, one], [, other]) => other - one)
      .map(([kind, count]) => `${kind} ${count}`);
    const carriedOut = [...tally.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `model: ${numRuns} runs of ${length} commands in ${seconds} s, seed ${seed}; carried out ${carriedOut}: ${kinds.join(", ")}`,
    );
    if (!counterexample) return;
    console.log(`model: ${await breach(counterexample[0])}; shortened from ${asTest(counterexample[0])}`);
    const commands = await shorten(counterexample[0]);
    throw new Error(`seed ${seed}: ${await breach(commands)}\n${asTest(commands)}`);
  },
  60 * SECOND + runs * 10 * SECOND,
);
