import * as z from "zod";
import { flag, id, text, whole } from "./fields.ts";
import { type Shaped, shape } from "./lazy-shape.ts";

/** The WebSocket subprotocol of hosts. */
export const SUBPROTOCOL = "muster.v1";

/** A host's keep-alive and the response. The platform answers it without waking the object. */
export const KEEP_ALIVE = { ask: "ping", answer: "pong" } as const;

/** The interval of a host's keep-alives. */
export const KEEP_ALIVE_SECONDS = 30;

/** The maximum size of a host's message, in bytes. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** The maximum of messages of one host per second. */
export const MAX_MESSAGES_A_SECOND = 50;

const MAX_SLOTS = 100;
const MAX_AGENTS = 500;
const MAX_RUNNING = 1000;

const SLOTS_FORM = `must be a whole number of jobs from 0 to ${MAX_SLOTS}`;
const slots = () => z.int(SLOTS_FORM).min(0, { error: SLOTS_FORM }).max(MAX_SLOTS, { error: SLOTS_FORM });
const agents = () => z.array(id()).max(MAX_AGENTS, { error: `must hold at most ${MAX_AGENTS} ids` });

const SECONDS_FORM = "must be a whole number of seconds from 30 to 900";
const leaseSeconds = () =>
  z.int(SECONDS_FORM).min(30, { error: SECONDS_FORM }).max(900, { error: SECONDS_FORM }).default(120);

const running = () =>
  z
    .array(z.object({ lease_id: text(), job: id(), attempt: id() }))
    .max(MAX_RUNNING, { error: `must hold at most ${MAX_RUNNING} runs` })
    .default([]);

/** A lone surrogate would become other bytes than the host counts. */
const logText = () =>
  z
    .string("must be a string: the next text of the log")
    .refine((value) => value.isWellFormed(), { error: "must be text without broken surrogate pairs" });

const ofJob = { project_id: id(), job_id: id(), lease_id: text() };

/**
 * All messages of a host, each with an id that the answer repeats. `hello` comes first: the process's owner, its free
 * slots, the agents it serves, and its current runs. `ready` updates the slots. `answer` acknowledges a message of the
 * service.
 */
export const hostMessage = shape(() =>
  z.discriminatedUnion("type", [
    z.object({
      type: z.literal("hello"),
      id: id(),
      owner: text(),
      slots: slots(),
      agents: agents().optional(),
      lease_seconds: leaseSeconds(),
      running: running(),
    }),
    z.object({ type: z.literal("ready"), id: id(), slots: slots(), agents: agents().optional() }),
    z.object({ type: z.literal("accept"), id: id(), ...ofJob }),
    z.object({ type: z.literal("renew"), id: id(), lease_id: text() }),
    z.object({
      type: z.literal("report"),
      id: id(),
      ...ofJob,
      status: z.unknown(),
      begun_after_ms: z.unknown().optional(),
      ended_at: z.unknown().optional(),
      reason: z.unknown().optional(),
      cause: z.unknown().optional(),
      exit_code: z.unknown().optional(),
      url: z.unknown().optional(),
      log: z.unknown().optional(),
    }),
    z.object({
      type: z.literal("log"),
      id: id(),
      ...ofJob,
      attempt: id(),
      offset: whole({ from: 0, of: "bytes" }),
      text: logText(),
      final: flag().default(false),
    }),
    z.object({ type: z.literal("answer"), to: id() }),
  ]),
);
export type HostMessage = Shaped<typeof hostMessage>;
export type Said<Type extends HostMessage["type"]> = Extract<HostMessage, { type: Type }>;

/** The answer to a host's message, equal to that of the HTTP call of the same name. */
export interface SocketAnswer {
  status: number;
  body: object;
}

/** All messages to a host. Each but an answer has an id and expects `{"type": "answer", "to": id}`. */
export type ServiceMessage =
  | ({ type: "answer"; to: number } & SocketAnswer)
  | { type: "offer"; id: number; leases: readonly object[] }
  | { type: "cancel" | "lease_lost"; id: number; lease_id: string; job: number; attempt: number }
  | {
      type: "settings";
      id: number;
      keep_alive_seconds: number;
      max_message_bytes: number;
      max_messages_a_second: number;
      /** The maximum delay before a reconnect after an abrupt close; the host picks a random one. */
      again_within_seconds: number;
    }
  | { type: "goodbye"; id: number; why: string; again_after_seconds: number };
