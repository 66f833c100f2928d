import type { Mutant } from "./mutants/mutant.ts";

const SETTINGS = "test/settings.test.ts";

/** The guards of the settings. */
export const mutants: Mutant[] = [
  {
    guard: "an empty setting is not 0",
    code: "value !== undefined && isGiven(value)",
    instead: "value !== undefined",
    tests: [SETTINGS],
  },
  {
    guard: "a host that calls is never taken for lost by the settings",
    code: "if (LOST_SECONDS < 2 * CONTACT_SECONDS) {",
    instead: "if (LOST_SECONDS < 0 * CONTACT_SECONDS) {",
    tests: [SETTINGS],
  },
  {
    guard: "a host that calls is asked to cancel in time by the settings",
    code: "if (CANCEL_SECONDS < CONTACT_SECONDS) {",
    instead: "if (CANCEL_SECONDS < 0 * CONTACT_SECONDS) {",
    tests: [SETTINGS],
  },
];
