import { env } from "cloudflare:workers";
import fc from "fast-check";
import { test } from "vitest";
import { asTest, breach, extentOf, operationsOf, play, requestsOf, SCENE_REQUESTS, shorten } from "./play.ts";

const SECOND = 1000;
const { requests, seed } = extentOf(env.FUZZ ?? "");

test(
  "whatever is sent is answered or refused, soon, in the shapes of the document, and tells nothing of the insides",
  async () => {
    const tally = new Map<string, number>();
    const began = Date.now();
    const scenes = await requestsOf(SCENE_REQUESTS);
    const property = fc.asyncProperty(scenes, (sent) => play(sent, tally));
    const { counterexample } = await fc.check(property, {
      numRuns: Math.ceil(requests / SCENE_REQUESTS),
      seed,
      endOnFailure: true,
    });
    const seconds = Math.round((Date.now() - began) / SECOND);
    const statuses = [...tally].filter(([name]) => /^[a-z]/.test(name)).sort();
    const sent = statuses.reduce((sum, [, times]) => sum + times, 0);
    const never = (await operationsOf()).filter(({ name }) => !tally.has(name)).map(({ name }) => name);
    console.log(
      `fuzz: ${sent} requests in ${seconds} s, seed ${seed}: ${statuses.map((each) => each.join(" x ")).join(", ")}; never done: ${never.join(", ") || "none"}`,
    );
    if (!counterexample) return;
    const failing = await shorten(counterexample[0]);
    throw new Error(`seed ${seed}: ${await breach(failing)}\n${asTest(failing)}`);
  },
  60 * SECOND + requests * 50,
);
