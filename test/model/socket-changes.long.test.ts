import { expect, test } from "vitest";
import type { Command } from "./commands.ts";
import { breach } from "./play.ts";

const connect = (owner: "p" | "q", slots: number, keeps = true) =>
  ({ do: "connect", owner, slots, keeps, hold: null }) as const;
/** It is offered the two jobs that are due, and has room for another. */
const CONNECT = connect("p", 3);
const ACCEPT = { do: "say accept", lease: 0, twice: false, hold: null } as const;
const END = { do: "say end", lease: 0, status: "COMPLETED", twice: false, hold: null } as const;
const CLEAR = { do: "clear" } as const;
const SCHEDULE = { do: "schedule", ahead: 0, hold: null } as const;
const CANCEL = { do: "cancel", job: 1, hold: null } as const;
const DIE = { do: "disconnect", process: 0, dies: true } as const;
const CLOSE = { do: "disconnect", process: 0, dies: false } as const;
const LEASE = { do: "lease", process: "q", most: 3, seconds: 120, lost: false, hold: null } as const;
const HOLD_LOOK = { do: "hold look" } as const;
const LET_LOOK_GO = { do: "let look go" } as const;
const RELEASE = { do: "release", held: 0, until: null } as const;
const after = (seconds: number) => ({ do: "advance", seconds, alarms: true }) as const;

/** For each state of processes on sockets, the shortest list of commands that leads there. */
const STATES: Record<string, readonly Command[]> = {
  "a job that is opened is offered at once": [CONNECT, CLEAR, SCHEDULE],
  "a job is offered when it is due": [CONNECT, CLEAR, { ...SCHEDULE, ahead: 300 }, after(600)],
  "what was offered and never accepted comes back after its time": [CONNECT, after(60)],
  "what a dead process was offered comes back after its time": [
    CONNECT,
    DIE,
    after(30),
    connect("q", 3),
    after(30),
  ],
  "who comes back without what it was offered is offered it anew": [
    CONNECT,
    DIE,
    connect("p", 3, false),
    after(10),
  ],
  "who comes back frees nothing that was handed to another since": [
    CONNECT,
    { do: "advance", seconds: 61, alarms: false },
    { do: "poll", client: "owner b", own: true, hold: null },
    connect("p", 2, false),
    LEASE,
  ],
  "who comes back without what it was offered may not accept it": [CONNECT, connect("p", 0, false), ACCEPT],
  "who comes back keeps what it was offered": [CONNECT, DIE, connect("p", 3), ACCEPT, END],
  "what is offered on a socket is leased to nobody else": [CONNECT, LEASE],
  "what is leased is not offered": [LEASE, CONNECT],
  "what was leased and never accepted is offered after its time": [LEASE, CONNECT, after(60)],
  "what was given back is offered after a moment": [
    CONNECT,
    { do: "give back", lease: 0, hold: null },
    after(10),
  ],
  "two processes are offered a job each": [connect("p", 1), connect("q", 1), LEASE],
  "an accept that is said twice begins one run": [CONNECT, { ...ACCEPT, twice: true }],
  "an accept after its time begins no run": [CONNECT, after(60), { ...ACCEPT, lease: 2 }],
  "a run is ended by what was said last, in its order": [
    CONNECT,
    { ...ACCEPT, hold: "write" },
    END,
    RELEASE,
    RELEASE,
  ],
  "an accept that D1 fails is said again": [
    CONNECT,
    { ...ACCEPT, hold: "write" },
    { do: "abandon", held: 0 },
    ACCEPT,
  ],
  "a cancel is told": [CONNECT, ACCEPT, CANCEL],
  "a second cancel is told as a lost lease": [CONNECT, ACCEPT, CANCEL, after(1), CANCEL],
  "a run that nobody renews is told as a lost lease": [CONNECT, ACCEPT, after(120)],
  "a lost run that is planned again is offered again": [CONNECT, ACCEPT, after(120), after(60)],
  "a host that opens a socket while its last one closes is connected": [
    CONNECT,
    { do: "connect", owner: "q", slots: 1, keeps: true, hold: "object" },
    { do: "release", held: 0, until: "object" },
    CLOSE,
    RELEASE,
  ],
  "a look that comes late offers nothing that was leased meanwhile": [
    CONNECT,
    CLEAR,
    HOLD_LOOK,
    SCHEDULE,
    LEASE,
    LET_LOOK_GO,
  ],
  "what a look leases for a socket that closes meanwhile is offered to the next": [
    CONNECT,
    CLEAR,
    HOLD_LOOK,
    SCHEDULE,
    CLOSE,
    LET_LOOK_GO,
    connect("q", 3),
    after(10),
  ],
  "what was said on a socket that closes meanwhile is done": [
    CONNECT,
    { ...ACCEPT, hold: "write" },
    CLOSE,
    RELEASE,
    connect("p", 3),
    END,
  ],
  "a message that waited for another of its lease holds no later one": [
    CONNECT,
    { ...ACCEPT, hold: "write" },
    { ...ACCEPT, twice: true },
    RELEASE,
    END,
    { ...ACCEPT, lease: 1 },
  ],
  "a report is answered while jobs are looked for": [
    CONNECT,
    ACCEPT,
    HOLD_LOOK,
    SCHEDULE,
    END,
    END,
    LET_LOOK_GO,
  ],
  "an evicted object goes on between any two messages": [
    CONNECT,
    { do: "evict" },
    ACCEPT,
    { do: "evict" },
    { do: "say log", lease: 0, from: "end", twice: true },
    { do: "say log", lease: 0, from: "gap", twice: false },
    { do: "evict" },
    CANCEL,
    END,
    { do: "evict" },
    SCHEDULE,
    { do: "evict" },
    after(300),
  ],
};

test.each(Object.entries(STATES))("%s", async (_, commands) => {
  expect(await breach(commands)).toBeUndefined();
});
