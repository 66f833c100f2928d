import type { Call } from "../call.ts";
import type { SignKind } from "../database/enums.ts";
import type { Settings } from "../settings.ts";
import { SECOND_MS } from "../wire/durations.ts";
import { parseWireTime } from "../wire/times.ts";
import { judgingOf } from "./judging.ts";
import { type Said, type SaidSigns, storeSigns } from "./sign-store.ts";

/** What a ping may say of its host; anything else than these forms means that nothing is wrong. */
export interface SpokenSigns {
  disk?: unknown;
  reports_waiting?: unknown;
  /** How far the host's clock is ahead, in milliseconds; null: it is right; undefined: not said. */
  clockOffsetMs?: number | null | undefined;
}

const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

/** A number that a host sent, as a whole one from 0 up; undefined if it is none. */
const wholeIn = (found: unknown): number | undefined =>
  typeof found === "number" && found >= 0 && found <= MAX_NUMBER ? Math.floor(found) : undefined;

const fieldOf = (found: unknown, name: string): unknown =>
  typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;

const diskIn = (disk: unknown, now: number): Said => {
  const free_bytes = wholeIn(fieldOf(disk, "free_bytes"));
  const least_bytes = wholeIn(fieldOf(disk, "least_bytes"));
  if (free_bytes === undefined || least_bytes === undefined || free_bytes >= least_bytes) return null;
  return { since: now, facts: { free_bytes, least_bytes } };
};

const reportsIn = (waiting: unknown, now: number): Said => {
  const reports = wholeIn(fieldOf(waiting, "reports")) ?? 0;
  const since = fieldOf(waiting, "since");
  if (reports === 0) return null;
  const from = typeof since === "string" ? parseWireTime(since) : undefined;
  return { since: Math.min(from ?? now, now), facts: { reports } };
};

const clockIn = (offset_ms: number | null, { now, settings }: { now: number; settings: Settings }): Said =>
  offset_ms !== null && Math.abs(offset_ms) >= settings.CLOCK_OFFSET_SECONDS * SECOND_MS
    ? { since: now, facts: { offset_ms } }
    : null;

const saidIn = (call: Pick<Call, "now" | "settings">, spoken: SpokenSigns): SaidSigns => {
  const said = new Map<SignKind, Said>();
  if (spoken.disk !== undefined) said.set("disk_low", diskIn(spoken.disk, call.now));
  if (spoken.reports_waiting !== undefined)
    said.set("reports_waiting", reportsIn(spoken.reports_waiting, call.now));
  if (spoken.clockOffsetMs !== undefined) said.set("clock_off", clockIn(spoken.clockOffsetMs, call));
  return said;
};

/**
 * Stores in D1 what began or ended of what a host says of itself, and raises or ends its alarms. `known`: the signs that
 * its object knows D1 to have; undefined: it is asked. Costs nothing where nothing was said, and D1 only where that is new.
 */
export const noteSigns = async (
  call: Call,
  host: number,
  { spoken, known }: { spoken: SpokenSigns; known: readonly SignKind[] | undefined },
): Promise<void> => {
  const said = saidIn(call, spoken);
  if (said.size === 0) return;
  const before = known ?? (await call.host(host, (object) => object.knownSigns())).signs;
  const news = new Map([...said].filter(([kind, sign]) => (sign !== null) !== before.includes(kind)));
  if (news.size === 0) return;
  const judging = judgingOf(call.settings, call.now, host);
  const due = await storeSigns(call.db, host, { said: news, judging });
  const stored = [...before.filter((kind) => !news.has(kind))];
  for (const [kind, sign] of news) if (sign !== null) stored.push(kind);
  await call.host(host, (object) => object.storedSigns(stored));
  call.wakeWebhooks(due);
};
