import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Masker, masked, secretsToMask } from "../../src/host-program/masking.ts";

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
