import { onTestFinished, vi } from "vitest";
import { z } from "zod";
import { openDatabase } from "../../src/database/database.ts";
import { wakingBy } from "../../src/outbox/client.ts";
import { mailerIn } from "../../src/outbox/mailer.ts";
import { resultsClient } from "../../src/project-results/client.ts";
import { formerSecretIn, parseSettings } from "../../src/settings.ts";
import { takeWakes } from "../../src/webhooks/consume.ts";
import { drainWebhook } from "../../src/webhooks/deliver.ts";
import type { Answer, RequestOptions, World } from "../world.ts";

/** A request as a receiver got it. */
export interface Received {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
  redirect: string | undefined;
}

/** What a receiver answers: a status, a whole response, or nothing: it throws. */
type Answering = (request: Received) => number | Response | Promise<number | Response>;

/** The type of the event in a body. */
export const typeIn = ({ body }: Pick<Received, "body">): string =>
  z.looseObject({ type: z.string() }).parse(JSON.parse(body)).type;

/** Stands for all that is outside: notes what is sent there, and answers 204 unless told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answering = () => 204;

  constructor() {
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = {
        url: String(input),
        method: init?.method ?? "GET",
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: String(init?.body),
        redirect: init?.redirect,
      };
      this.received.push(request);
      const { signal } = init ?? {};
      const ended = new Promise<never>((_, fail) => {
        signal?.addEventListener("abort", () => fail(signal.reason));
      });
      // Its time may be over long after the answer.
      ended.catch(() => undefined);
      const answer = await Promise.race([this.answer(request), ended]);
      return typeof answer === "number" ? new Response(null, { status: answer }) : answer;
    });
    onTestFinished(() => spy.mockRestore());
  }

  get types(): string[] {
    return this.received.map(typeIn);
  }

  /** The `webhook-id` of each request. */
  get ids(): (string | undefined)[] {
    return this.received.map(({ headers }) => headers["webhook-id"]);
  }
}

/** Sends what is due to one webhook, as a consumer of the queue does. */
export const drain = (world: World, webhook: number) => {
  const { env } = world;
  const log = () => undefined;
  return drainWebhook(
    {
      db: openDatabase(env.DB),
      results: resultsClient(env.PROJECT_RESULTS),
      settings: parseSettings(env),
      mailer: mailerIn(env),
      deploymentSecret: env.ADMIN_TOKEN,
      formerSecret: formerSecretIn(env),
      clock: () => world.now,
      log,
      wake: wakingBy(env.WEBHOOKS, log),
    },
    webhook,
  );
};

const never = () => new Promise<void>(() => undefined);

/** Delivers the messages of the queue that are due, and those that they lead to, until none is. Returns how many. */
export const runQueue = async (world: World): Promise<number> => {
  let delivered = 0;
  for (;;) {
    const due = world.wakes.filter(({ at }) => at <= world.now);
    if (due.length === 0) return delivered;
    world.wakes = world.wakes.filter(({ at }) => at > world.now);
    delivered += due.length;
    const messages = due.map(({ webhook }) => ({
      body: { webhook },
      retry: ({ delaySeconds }: { delaySeconds: number }) => {
        world.wakes.push({ webhook, at: world.now + delaySeconds * 1000 });
      },
    }));
    await takeWakes(messages, {
      drain: (webhook) => drain(world, webhook),
      wake: wakingBy(world.env.WEBHOOKS, () => undefined),
      log: () => undefined,
      wait: never,
    });
  }
};

/** Lets so many milliseconds pass, and delivers each message of the queue at its time. */
export const runFor = async (world: World, ms: number): Promise<void> => {
  const end = world.now + ms;
  for (;;) {
    await runQueue(world);
    const next = Math.min(...world.wakes.map(({ at }) => at));
    if (next > end) break;
    world.now = next;
  }
  world.now = end;
  await runQueue(world);
};

export const TARGET = "https://ci.example.com/muster";

export const webhooksPath = (projectId: number): string =>
  `/api/v3/projects/${projectId}/automation/webhooks`;

const made = z.looseObject({ webhook_id: z.int(), secret: z.string().nullable() });

/** Makes a webhook; `facts` by the wire's own names. */
export const makeWebhook = async (
  world: World,
  projectId: number,
  facts: Record<string, unknown> = {},
  options: RequestOptions = {},
) => {
  const answer = await world.post(webhooksPath(projectId), { name: "CI", target: TARGET, ...facts }, options);
  const { webhook_id: id, secret } = made.parse(answer.body);
  return { id, secret: secret ?? "", path: `${webhooksPath(projectId)}/${id}`, answer };
};

const deliveryShape = z.looseObject({
  delivery_id: z.int(),
  event_id: z.string(),
  type: z.string(),
  subject: z.string(),
  status: z.string(),
  tries: z.int(),
  next_try_at: z.string().nullable(),
  answer_status: z.int().nullable(),
  answer: z.string().nullable(),
});

/** A webhook's deliveries as the API lists them, the oldest first. */
export const deliveriesOf = async (world: World, path: string, query = "") => {
  const { body }: Answer = await world.get(`${path}/deliveries${query}`);
  return z.array(deliveryShape).parse(body).reverse();
};
