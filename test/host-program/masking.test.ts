import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskedEvent } from "../../src/host-program/events.ts";
import { ByteMasker, Masker, masked, secretsToMask } from "../../src/host-program/masking.ts";

const maskBytes = (bytes: Buffer, secrets: readonly string[]): Buffer => {
  const masker = new ByteMasker(secrets);
  return Buffer.concat([masker.push(bytes), masker.end()]);
};

/** A text cut at these places, through a masker. */
const throughMasker = (text: string, secrets: readonly string[], cuts: readonly number[]): string => {
  const masker = new Masker(secrets);
  const places = [0, ...[...cuts].sort((one, other) => one - other), text.length];
  const parts = places.slice(1).map((end, place) => masker.push(text.slice(places[place], end)));
  return parts.join("") + masker.end();
};

describe("a secret is masked", () => {
  test("wherever a chunk ends in it", () => {
    const text = "before muster_host_12345 after";
    for (let cut = 0; cut <= text.length; cut++) {
      expect(throughMasker(text, ["muster_host_12345"], [cut])).toBe("before *** after");
    }
  });

  test("however the text is cut, as in the whole text", () => {
    const piece = fc.constantFrom("abab", "ababc", "abc", "ab", "x", "bab", "\n");
    const secrets = fc.subarray(["abab", "ababc", "babx", "abcab"], { minLength: 1 });
    fc.assert(
      fc.property(fc.array(piece), secrets, fc.array(fc.nat(40)), (pieces, named, cuts) => {
        const text = pieces.join("");
        const known = secretsToMask(named);
        const shown = throughMasker(
          text,
          known,
          cuts.map((cut) => Math.min(cut, text.length)),
        );
        for (const secret of known) expect(shown).not.toContain(secret);
        if (!known.some((secret) => text.includes(secret))) expect(shown).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test("with the longer one where one holds the other", () => {
    expect(masked("token-long token", secretsToMask(["token", "token-long"]))).toBe("*** ***");
  });

  test("only where it has four characters or more", () => {
    expect(secretsToMask(["abc", "", undefined, "abcd"])).toEqual(["abcd"]);
  });
});

describe("a secret in an event is masked", () => {
  const run = { job: 1234, attempt: 1, agent: "web of swordfish", schedule: 3, tests: null };

  test("in each of its texts, and nowhere else", () => {
    const event = { event: "run_stopping", run, reason: 'says "swordfish" \\ 1234' } as const;
    expect(maskedEvent(event, ["swordfish", "1234"])).toEqual({
      ...{ event: "run_stopping", run: { ...run, agent: "web of ***" } },
      reason: 'says "***" \\ ***',
    });
  });

  test("also where it has characters that JSON escapes", () => {
    const secret = 'a"b\\c';
    const event = { event: "trouble", message: `it is ${secret}` } as const;
    expect(maskedEvent(event, [secret])).toEqual({ event: "trouble", message: "it is ***" });
  });

  test("but not in the event's kind", () => {
    const event = { event: "trouble", message: "trouble with words" } as const;
    expect(maskedEvent(event, ["trouble", "message", "with"])).toEqual({
      event: "trouble",
      message: "*** *** words",
    });
  });
});

/** Bytes cut at these places, through a masker. */
const bytesThroughMasker = (text: string, secrets: readonly string[], cuts: readonly number[]): string => {
  const masker = new ByteMasker(secrets);
  const bytes = Buffer.from(text);
  const places = [0, ...[...cuts].sort((one, other) => one - other), bytes.length];
  const parts = places.slice(1).map((end, place) => masker.push(bytes.subarray(places[place], end)));
  return Buffer.concat([...parts, masker.end()]).toString();
};

describe("a secret in a file is starred, byte for byte", () => {
  test("wherever a chunk ends in it", () => {
    const text = "before pässword after";
    for (let cut = 0; cut <= Buffer.byteLength(text); cut++) {
      expect(bytesThroughMasker(text, ["pässword"], [cut])).toBe("before ********* after");
    }
  });

  test("however the file is cut, as in the whole file", () => {
    const piece = fc.constantFrom("abab", "ababc", "abc", "ab", "x", "bab", "\n", "é");
    const secrets = fc.subarray(["abab", "ababc", "babx", "abcab", "éab"]);
    fc.assert(
      fc.property(fc.array(piece), secrets, fc.array(fc.nat(40)), (pieces, named, cuts) => {
        const text = pieces.join("");
        const bytes = Buffer.from(text);
        const whole = maskBytes(bytes, named).toString();
        const places = cuts.map((cut) => Math.min(cut, bytes.length));
        expect(bytesThroughMasker(text, named, places)).toBe(whole);
        for (const secret of named) expect(whole).not.toContain(secret);
        if (!named.some((secret) => text.includes(secret))) expect(whole).toBe(text);
        expect(Buffer.byteLength(whole)).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("whole where two of them overlap", () => {
    expect(maskBytes(Buffer.from("x abcdef x"), ["abcd", "cdef"]).toString()).toBe("x ****** x");
    expect(maskBytes(Buffer.from("x ababab x"), ["abab"]).toString()).toBe("x ****** x");
  });
});
