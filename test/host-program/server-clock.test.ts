import { describe, expect, test } from "vitest";
import { wrongClock } from "../../src/host-program/check.ts";
import { ServerClock } from "../../src/host-program/server-clock.ts";

describe("the service's clock", () => {
  const SECOND = 1000;
  const noon = Date.parse("2026-03-01T12:00:00Z");

  test("is known to within the time that answers take, by whole seconds, and an hour off is reported", () => {
    const clock = new ServerClock();
    expect(clock.offsetMs).toBeUndefined();
    // This machine is an hour behind; each answer takes 20 ms.
    for (let at = noon; at < noon + 5 * SECOND; at += 130) {
      const second = new Date(at + 3_600_000 - (at % SECOND)).toUTCString();
      clock.note(second, at - 10, at + 10);
    }
    expect(Math.abs((clock.offsetMs ?? 0) - 3_600_000)).toBeLessThan(150);
    expect(wrongClock(clock.offsetMs ?? 0)).toBe("is 3600 s behind the service's; set it by NTP");
    expect(clock.localTimeOf(noon + 3_600_000)).toBeGreaterThanOrEqual(noon);
  });

  test("is measured again after one of the two was set", () => {
    const clock = new ServerClock();
    clock.note(new Date(noon).toUTCString(), noon, noon + 10);
    clock.note(new Date(noon).toUTCString(), noon + 60 * SECOND, noon + 60 * SECOND + 10);
    expect(clock.offsetMs).toBeLessThan(-58 * SECOND);
  });
});
