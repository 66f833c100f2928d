/**
 * The trace that a request belongs to, by the W3C's Trace Context: `traceparent` and `tracestate` as headers have them.
 * It is passed on as it came, since this service adds no span of its own.
 */
export interface TraceContext {
  traceparent: string;
  /** Undefined where there is none, or none that may be passed on. */
  tracestate?: string | undefined;
}

/** `version-traceid-parentid-flags`; a version after 00 may go on behind another dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LONGEST_PARENT = 512;
const SAMPLED = 1;

/**
 * A `traceparent` that may be passed on: one of a later version in the form of 00, the one known here, with its sampled
 * flag alone. Undefined for an invalid one: it is ignored, as the specification wants.
 */
const parentIn = (given: string): string | undefined => {
  if (given.length > LONGEST_PARENT) return undefined;
  const [, version, trace = "", parent = "", flags = "", more] = TRACEPARENT.exec(given) ?? [];
  if (version === undefined || version === "ff") return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;
  if (version === "00") return more === undefined ? given : undefined;
  return `00-${trace}-${parent}-0${Number.parseInt(flags, 16) & SAMPLED}`;
};

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
/** Printable ASCII without comma and equals sign, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MOST_MEMBERS = 32;
/** More than this need not be passed on; long members go first. */
const MOST_CHARACTERS = 512;
const LONG_MEMBER = 128;
/** What is looked at at all: 32 of the longest members. */
const LONGEST_STATE = 32 * (256 + 1 + 256 + 1);

const isMember = (member: string): boolean => {
  const at = member.indexOf("=");
  return KEY.test(member.slice(0, Math.max(0, at))) && VALUE.test(member.slice(at + 1));
};

/** Members, cut to what is passed on: whole ones only, and at first those that are long. */
const shortened = (members: readonly string[]): string[] => {
  const fits = (some: readonly string[]): boolean => some.join(",").length <= MOST_CHARACTERS;
  if (fits(members)) return [...members];
  const left = members.filter((member) => member.length <= LONG_MEMBER);
  while (!fits(left)) left.pop();
  return left;
};

/** A `tracestate` that may be passed on. Undefined for an empty or invalid one: the trace goes on without it. */
const stateIn = (given: string): string | undefined => {
  if (given.length > LONGEST_STATE) return undefined;
  const members = given
    .split(",")
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  const keys = members.map((member) => member.slice(0, member.indexOf("=")));
  const isValid =
    members.length <= MOST_MEMBERS && members.every(isMember) && new Set(keys).size === keys.length;
  return (isValid && shortened(members).join(",")) || undefined;
};

/** The trace that these two texts name; undefined for none, or an invalid `traceparent`. */
export const traceContextOf = (
  traceparent: string | null | undefined,
  tracestate: string | null | undefined,
): TraceContext | undefined => {
  const parent = traceparent ? parentIn(traceparent.trim()) : undefined;
  if (parent === undefined) return undefined;
  const state = tracestate ? stateIn(tracestate) : undefined;
  return { traceparent: parent, ...(state !== undefined && { tracestate: state }) };
};

/** The stored form: JSON; null: none. */
export const storedTrace = (trace: TraceContext | undefined): string | null =>
  trace ? JSON.stringify({ traceparent: trace.traceparent, tracestate: trace.tracestate }) : null;

/** A stored trace. One that can't be read is none: no run fails for it. */
export const traceIn = (stored: string | null): TraceContext | undefined => {
  if (stored === null) return undefined;
  const { traceparent, tracestate }: Record<string, unknown> = JSON.parse(stored);
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return traceContextOf(text(traceparent), text(tracestate));
};
