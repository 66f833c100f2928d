import { expect, test } from "vitest";
import { parseSettings } from "../src/settings.ts";

test("an empty setting has its default: LEASE_SECONDS= is not 0", () => {
  const defaults = parseSettings({});
  const empty = Object.fromEntries(Object.keys(defaults).map((name) => [name, ""]));
  expect(parseSettings(empty)).toEqual(defaults);
  expect(parseSettings({ LEASE_SECONDS: " " }).LEASE_SECONDS).toBe(60);
  expect(parseSettings({ LEASE_SECONDS: "0" }).LEASE_SECONDS).toBe(0);
});

test.each([
  [{ CONTACT_SECONDS: "3000" }, "CONTACT_SECONDS", "LOST_SECONDS"],
  [{ LOST_SECONDS: "100" }, "CONTACT_SECONDS", "LOST_SECONDS"],
  [{ CONTACT_SECONDS: "90" }, "CONTACT_SECONDS", "CANCEL_SECONDS"],
])("settings that bound each other are refused together: %o names %s and %s", (given, one, other) => {
  const parsing = () => parseSettings(given);
  expect(parsing).toThrow(one);
  expect(parsing).toThrow(other);
});

test("settings that bound each other are accepted at their bounds", () => {
  const given = { CONTACT_SECONDS: "10", LOST_SECONDS: "20", CANCEL_SECONDS: "10" };
  expect(parseSettings(given)).toMatchObject({ CONTACT_SECONDS: 10, LOST_SECONDS: 20, CANCEL_SECONDS: 10 });
});

test("every unusable setting is named, not only the first", () => {
  const parsing = () => parseSettings({ LEASE_SECONDS: "soon", SITE_ID: "0" });
  expect(parsing).toThrow("SITE_ID");
  expect(parsing).toThrow("LEASE_SECONDS");
});
