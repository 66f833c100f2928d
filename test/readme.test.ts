import { expect, test } from "vitest";
import { scopesOf } from "../src/access/permissions.ts";
import { createApp } from "../src/app.ts";
import { ANSWER_HEADERS, requestHeaders } from "../src/http/declared-headers.ts";
import { documentedIn } from "../src/http/documented.ts";
import calls from "../src/http/README.md?raw";
import settings from "../src/local/README.md?raw";
import { settingsSchema } from "../src/settings.ts";

/** The cells of the first table under this heading of a page, its first two rows left out. */
const tableUnder = (page: string, heading: string): string[][] => {
  const [, section = ""] = page.split(`# ${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

/** Every call of the API as the router has it, with the scopes that may make it. */
const routed = (): string[][] =>
  createApp(Date.now)
    .routes.flatMap(({ method, path, handler }) => {
      const documented = documentedIn(handler);
      if (documented?.operation === undefined) return [];
      const call = `\`${method} ${path.replace("/api/v3", "").replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}\``;
      return [[call, documented.summary, scopesOf(documented.operation).join(", ")]];
    })
    .filter(([call], place, all) => all.findIndex(([other]) => other === call) === place);

test("the page of the calls has the router's own, with the scopes of the one table", () => {
  expect(tableUnder(calls, "The calls")).toEqual(routed());
});

test("the page of the settings has each, with its default", () => {
  const listed = tableUnder(settings, "Settings").map(([name, value]) => [name?.replaceAll("`", ""), value]);
  expect(listed.map(([name]) => name)).toEqual(["ADMIN_TOKEN", ...Object.keys(settingsSchema.shape)]);
  const defaults = Object.fromEntries(
    Object.entries(settingsSchema.shape).map(([name, schema]) => [name, String(schema.parse(undefined))]),
  );
  for (const [name = "", value] of listed.slice(1)) expect([name, value]).toEqual([name, defaults[name]]);
});

test("the page of the calls has every header of ours", () => {
  const listed = tableUnder(calls, "Headers and bodies").map(([name]) => name?.replaceAll("`", ""));
  expect(listed).toEqual([...Object.keys(requestHeaders.shape), ...Object.keys(ANSWER_HEADERS)]);
});
