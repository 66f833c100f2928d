import fc from "fast-check";
import type { Answer } from "../world.ts";
import { nearlyGood } from "./almost-valid.ts";
import { type Operation, operationAt, readDocument } from "./document.ts";
import { hostile } from "./hostile.ts";
import { Broken, judge, MAX_MS } from "./judge.ts";
import { goodDrafts, putTogether, type Sent } from "./requests.ts";
import { Scene } from "./scene.ts";

/** How much is tried; each by its variable of the environment. */
export interface Extent {
  /** FUZZ_RUNS. */
  requests: number;
  /** FUZZ_SEED. */
  seed: number;
}

export const extentOf = (variables: string): Extent => {
  const [requests, seed] = variables.split(",");
  return {
    requests: Number(requests || 500),
    seed: Number(seed || Math.floor(Math.random() * 2 ** 31)),
  };
};

/** How many requests one scene serves. */
export const SCENE_REQUESTS = 400;

/** How many answers there were to each kind, by status, and how often each operation was asked for and done. */
export type Tally = Map<string, number>;

const count = (tally: Tally, name: string): void => {
  tally.set(name, (tally.get(name) ?? 0) + 1);
};

let known: Promise<Operation[]> | undefined;
export const operationsOf = (): Promise<Operation[]> => {
  known ??= readDocument();
  return known;
};

/** The requests of one scene, of every operation and kind. Not shrunk here: `shorten` does it, keeping what broke. */
export const requestsOf = async (length: number): Promise<fc.Arbitrary<Sent[]>> => {
  const operations = await operationsOf();
  const drafts = fc.oneof(
    ...operations.map((operation) => ({
      weight: operation.method === "DELETE" ? 1 : 3,
      arbitrary: goodDrafts(operation),
    })),
  );
  const request = fc.oneof(
    { weight: 1, arbitrary: drafts },
    {
      weight: 1,
      arbitrary: fc
        .tuple(drafts, nearlyGood)
        .map(([draft, worse]) => ({ ...worse(draft), kind: "near-valid" as const })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(drafts, hostile)
        .map(([draft, worse]) => ({ ...worse(draft), kind: "hostile" as const })),
    },
  );
  return fc.noShrink(fc.array(request.map(putTogether), { minLength: length, maxLength: length }));
};

const within = async (answering: Promise<Answer>): Promise<Answer> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Broken(`an answer comes soon: not in ${MAX_MS} ms`)), MAX_MS);
  });
  try {
    return await Promise.race([answering, late]);
  } finally {
    clearTimeout(timer);
  }
};

const BETWEEN_MS = 500;

/** Sends requests to a scene of their own, one after the other. Throws what broke. */
export const play = async (requests: readonly Sent[], tally: Tally = new Map()): Promise<void> => {
  const operations = await operationsOf();
  const scene = await Scene.build();
  for (const sent of requests) {
    scene.world.advance(BETWEEN_MS);
    const request = scene.requestOf(sent);
    const began = Date.now();
    const answer = await within(scene.world.send(request));
    judge(operations, request, { answer, tookMs: Date.now() - began });
    const operation = operationAt(operations, request);
    count(tally, `${sent.kind} ${answer.status}`);
    if (operation) count(tally, `asked ${operation.name}`);
    if (operation && answer.status < 300) {
      count(tally, `done ${operation.name}`);
      const [, deleted] = /^DELETE .*\{(\w+)\}$/.exec(operation.name) ?? [];
      if (deleted === undefined) scene.learn(answer);
      else await scene.replace(deleted, Number(new URL(request.url).pathname.split("/").at(-1)));
    }
  }
};

/** What breaks in a list of requests; undefined where nothing does. */
export const breach = (requests: readonly Sent[], tally?: Tally): Promise<string | undefined> =>
  play(requests, tally).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const ruleOf = (broken: string | undefined) => broken?.split(":")[0];

/** Leaves out of a failing list what it takes not to break the same rule: halves first, then one by one. Leaves one alone that breaks nothing by itself: its seed has what came before it. */
export const shorten = async (failing: readonly Sent[]): Promise<Sent[]> => {
  let requests = [...failing];
  const rule = ruleOf(await breach(requests));
  if (rule === undefined) return requests;
  for (let size = Math.ceil(requests.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < requests.length; ) {
      const fewer = requests.toSpliced(from, size);
      if (fewer.length > 0 && ruleOf(await breach(fewer)) === rule) requests = fewer;
      else from += size;
    }
  }
  return requests;
};

/** A failing list of requests as a test to paste into seeds.test.ts. */
export const asTest = (requests: readonly Sent[]): string =>
  [
    'test("NAME IT", async () => {',
    "  const broken = await breach([",
    ...requests.map((sent) => `    ${JSON.stringify(sent)},`),
    "  ]);",
    "  expect(broken).toBeUndefined();",
    "});",
  ].join("\n");
