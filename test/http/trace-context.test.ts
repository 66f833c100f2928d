import { describe, expect, test } from "vitest";
import { storedTrace, traceContextOf, traceIn } from "../../src/wire/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const GOOD = `00-${TRACE}-${PARENT}-01`;

const parentOf = (given: string): string | undefined => traceContextOf(given, null)?.traceparent;
const stateOf = (given: string): string | undefined => traceContextOf(GOOD, given)?.tracestate;

describe("a traceparent", () => {
  test("of the version known is passed on as it is, whether it was sampled or not", () => {
    for (const given of [GOOD, `00-${TRACE}-${PARENT}-00`, `00-${TRACE}-${PARENT}-03`])
      expect(parentOf(given)).toBe(given);
  });

  test("of a later version is passed on in the known form, with its sampled flag alone", () => {
    expect(parentOf(`01-${TRACE}-${PARENT}-01`)).toBe(GOOD);
    expect(parentOf(`cc-${TRACE}-${PARENT}-09-what-comes-later`)).toBe(GOOD);
    expect(parentOf(`01-${TRACE}-${PARENT}-fe-`)).toBe(`00-${TRACE}-${PARENT}-00`);
  });

  test.each([
    ["nothing", ""],
    ["the forbidden version", `ff-${TRACE}-${PARENT}-01`],
    ["a version of another form", `0-${TRACE}-${PARENT}-01`],
    ["more than its version has", `${GOOD}-more`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${PARENT}-01`],
    ["a parent of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["upper case", GOOD.toUpperCase()],
    ["a short trace", `00-${TRACE.slice(1)}-${PARENT}-01`],
    ["a long parent", `00-${TRACE}-${PARENT}0-01`],
    ["flags that are no hex", `00-${TRACE}-${PARENT}-0g`],
    ["a later version with something behind its flags", `01-${TRACE}-${PARENT}-01x`],
    ["a later version that is cut", `01-${TRACE}-${PARENT}`],
    ["two, as two headers are joined", `${GOOD}, ${GOOD}`],
    ["a line behind it", `${GOOD}\nx`],
    ["one that is very long", `01-${TRACE}-${PARENT}-01-${"x".repeat(10_000)}`],
  ])("with %s is none", (_, given) => {
    expect(traceContextOf(given, "vendor=1")).toBeUndefined();
  });
});

describe("a tracestate", () => {
  test("is passed on in its order, without the blanks around its members and without empty ones", () => {
    expect(stateOf("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")).toBe(
      "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    );
    expect(stateOf(" a=1 ,\t,, b=x y ~ ")).toBe("a=1,b=x y ~");
    expect(stateOf("0tenant@system=1,a_b-c*d/e=2")).toBe("0tenant@system=1,a_b-c*d/e=2");
  });

  test.each([
    ["nothing", ""],
    ["blanks", " , "],
    ["no value", "a"],
    ["an empty value", "a="],
    ["no key", "=1"],
    ["a key in upper case", "A=1"],
    ["a key that begins otherwise", "_a=1"],
    ["a key that is too long", `${"k".repeat(257)}=1`],
    ["a value that is too long", `a=${"v".repeat(257)}`],
    ["a second equals sign", "a=1=2"],
    ["a control character", "a=1\u0007"],
    ["a letter outside of ASCII", "a=ä"],
    ["one key twice", "a=1,a=2"],
    ["33 members", Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(",")],
    ["more than there can be", `a=${"1,".repeat(50_000)}`],
  ])("with %s is none, and the trace goes on without it", (_, given) => {
    expect(traceContextOf(GOOD, given)).toEqual({ traceparent: GOOD });
  });

  test("of more than 512 characters loses whole members: first the long ones, then the last", () => {
    const long = `long=${"x".repeat(200)}`;
    const short = Array.from({ length: 20 }, (_, n) => `k${n}=${"y".repeat(20)}`);
    expect(stateOf([long, ...short].join(","))).toBe(short.join(","));
    const more = Array.from({ length: 30 }, (_, n) => `k${n}=${"y".repeat(20)}`);
    const kept = stateOf(more.join(","))?.split(",") ?? [];
    expect(kept).toEqual(more.slice(0, kept.length));
    expect(kept.join(",").length).toBeLessThanOrEqual(512);
    expect(more.slice(0, kept.length + 1).join(",").length).toBeGreaterThan(512);
    expect(stateOf(`a=${"x".repeat(250)},b=${"x".repeat(250)}`)).toHaveLength(505);
  });
});

test("a trace that is kept is the same when it is read", () => {
  for (const trace of [{ traceparent: GOOD }, { traceparent: GOOD, tracestate: "a=1,b=2" }])
    expect(traceIn(storedTrace(trace))).toEqual(trace);
  expect(storedTrace(undefined)).toBeNull();
  expect(traceIn(null)).toBeUndefined();
});
