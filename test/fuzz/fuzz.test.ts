import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asTest, breach, extentOf, operationsOf, play, requestsOf, SCENE_REQUESTS, shorten } from "./play.ts";
import { KINDS } from "./requests.ts";

const SECOND = 1000;
/** From how many requests on every operation was asked for, and from how many it was done, whatever the seed. */
const ENOUGH_TO_ASK = 2000;
const ENOUGH_TO_DO = 20_000;
const { requests, seed } = extentOf(env.FUZZ ?? "");

test(
  "whatever is sent is answered or refused, soon, in the shapes of the document, and shows nothing of the insides",
  async () => {
    const tally = new Map<string, number>();
    const began = Date.now();
    const scenes = await requestsOf(SCENE_REQUESTS);
    const property = fc.asyncProperty(scenes, (sent) => play(sent, tally));
    const { counterexample, errorInstance } = await fc.check(property, {
      numRuns: Math.ceil(requests / SCENE_REQUESTS),
      seed,
      endOnFailure: true,
    });
    const seconds = Math.round((Date.now() - began) / SECOND);
    const answers = [...tally].filter(([name]) => KINDS.some((kind) => name.startsWith(kind))).sort();
    const sent = answers.reduce((sum, [, times]) => sum + times, 0);
    console.log(
      `fuzz: ${sent} requests in ${seconds} s, seed ${seed}; answered ${answers.map(([name, times]) => `${name}: ${times}`).join(", ")}`,
    );
    if (counterexample) {
      const failing = await shorten(counterexample[0]);
      const broken = (await breach(failing)) ?? `only after the scenes before: ${errorInstance}`;
      throw new Error(`seed ${seed}: ${broken}\n${asTest(failing)}`);
    }
    for (const { name } of await operationsOf()) {
      if (sent >= ENOUGH_TO_ASK) expect(tally.has(`asked ${name}`), name).toBe(true);
      if (sent >= ENOUGH_TO_DO) expect(tally.has(`done ${name}`), name).toBe(true);
    }
  },
  60 * SECOND + requests * 50,
);
