import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import MiniSearch from "minisearch";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { DOCS_PLACES } from "../../src/console/parts/docs-places.ts";
import { TERMS } from "../../src/console/parts/terms.ts";
import { EVENT_TYPES } from "../../src/database/enums.ts";
import { openApiText } from "../../src/docs/openapi-document.ts";
import { SHOWN_ADDRESS } from "../../src/docs/tables.ts";
import { makeDocs, PUBLIC } from "../../src/docs/write-docs.ts";
import { readCommandLine } from "../../src/host-program/options.ts";
import { resolveSettings } from "../../src/host-program/resolve-settings.ts";
import { ANSWER_HEADERS, requestHeaders } from "../../src/http/declared-headers.ts";
import { settingsSchema } from "../../src/settings.ts";
import { STATUS_OF } from "../../src/wire/refusals.ts";
import { blocks, sourceOf } from "./docs-shell.ts";

const FIRST_PAINT_BYTES = 150_000;

let files: Map<string, string>;
/** The pages by their addresses. */
let pages: Map<string, string>;

beforeAll(async () => {
  files = await makeDocs();
  pages = new Map(
    [...files]
      .filter(([path]) => path.endsWith(".html"))
      .map(([path, html]) => [`/${path.replace(/\.html$/, "")}`, html]),
  );
});

const asset = (address: string): string => readFileSync(`${PUBLIC}${address}`, "utf8");
const idsIn = (html: string): string[] => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id);
const linksIn = (html: string): string[] => [...html.matchAll(/ href="([^"]+)"/g)].map(([, to = ""]) => to);

describe("the pages", () => {
  /** What pages may lead to beside each other, and outside of the service. */
  const ELSEWHERE = ["/console", "/openapi.json", "https://www.standardwebhooks.com"];

  test("every link leads to a page and a heading of it, or to an asset", () => {
    const wrong = [...pages].flatMap(([from, html]) =>
      linksIn(html)
        .filter((link) => {
          const [path = "", anchor] = link.split("#");
          if (ELSEWHERE.includes(link)) return false;
          if (path.startsWith("/assets/")) return asset(path) === "";
          const target = path === "" ? html : pages.get(path);
          return target === undefined || (anchor !== undefined && !idsIn(target).includes(anchor));
        })
        .map((link) => `${from}: ${link}`),
    );
    expect(wrong).toEqual([]);
    expect(pages.size).toBeGreaterThan(25);
  });

  test("no id stands twice in one page", () => {
    for (const [address, html] of pages) expect(new Set(idsIn(html)).size, address).toBe(idsIn(html).length);
  });

  test("the first paint of each takes under 150 kB, uncompressed", () => {
    for (const [address, html] of pages) {
      const loaded = [...html.matchAll(/(?:src|rel="(?:stylesheet|icon)" href)="([^"]+)"/g)].map(
        ([, path = ""]) => path,
      );
      expect(loaded.length, address).toBe(5);
      const texts = [html, ...loaded.map(asset), asset("/assets/icons.svg")];
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(bytes, address).toBeLessThan(FIRST_PAINT_BYTES);
    }
  });

  test("they load nothing of other sites, and run no script and no style of their own", () => {
    for (const [address, html] of pages) {
      expect(
        html.match(/<script(?! src="\/assets\/)|<style|<img|<iframe| style=| on[a-z]+="/g),
        address,
      ).toBeNull();
      expect(html.match(/<(?:link|script)[^>]*(?:href|src)="(?!\/)/g), address).toBeNull();
    }
  });

  test("each place of the console leads to a page and a heading of it", () => {
    for (const { docs } of DOCS_PLACES) {
      const [path = "", anchor] = docs.split("#");
      const page = pages.get(path) ?? "";
      expect(anchor === undefined ? page !== "" : idsIn(page).includes(anchor), docs).toBe(true);
    }
  });

  test("the script puts the service's own address in place of the one that the commands have", () => {
    expect(asset("/assets/docs.js")).toContain(`"${SHOWN_ADDRESS}"`);
  });
});

describe("what the code has is all there", () => {
  test("every error code, with its cause and what to do", () => {
    const errors = pages.get("/docs/errors") ?? "";
    for (const code of Object.keys(STATUS_OF)) {
      const [, after = ""] = errors.split(` id="${code}"`);
      const [own = ""] = after.split("<h3");
      expect(
        own.match(/<p>[^<]{10,}|<p><strong>What to do:<\/strong> .{10,}/g)?.length,
        code,
      ).toBeGreaterThan(0);
      expect(own, code).toContain("What to do:");
    }
  });

  test("every setting, with its default", () => {
    const operations = sourceOf("operations");
    for (const [name, schema] of Object.entries(settingsSchema.shape))
      expect(operations).toContain(`| \`${name}\` | ${String(schema.parse(undefined)) || "none"} | `);
  });

  test("every term of the console", () => {
    for (const { term, means } of TERMS) expect(sourceOf("terms")).toContain(`| ${term} | ${means} |`);
  });

  test("every header of ours, in the order in which they are declared", () => {
    const [, table = ""] = sourceOf("wire").split("\n## Headers\n");
    const [own = ""] = table.split("\n## ");
    const listed = [...own.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
    expect(listed).toEqual([...Object.keys(requestHeaders.shape), ...Object.keys(ANSWER_HEADERS)]);
  });

  test("every call, in the list of all and under its own name", async () => {
    const document = z
      .looseObject({
        paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
      })
      .parse(JSON.parse(await openApiText()));
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const list = pages.get("/docs/api") ?? "";
    for (const { operationId } of operations) {
      const address = linksIn(list).find((link) => link.endsWith(`#${operationId}`)) ?? "";
      expect(idsIn(pages.get(address.split("#")[0] ?? "") ?? ""), operationId).toContain(operationId);
    }
    expect(operations.length).toBeGreaterThan(70);
  });

  test("the index of the search finds sections by their words, and by words that are misspelt", () => {
    const { index, indexOptions, searchOptions } = JSON.parse(files.get("docs/search.json") ?? "");
    const loaded = MiniSearch.loadJS(index, indexOptions);
    expect(files.get("docs/search.json")?.length).toBeLessThan(200_000);
    const first = (words: string): string => String(loaded.search(words, searchOptions)[0]?.href);
    expect(first("quarantine")).toBe("/docs/results#quarantine");
    expect(first("lease_lost")).toBe("/docs/errors#lease_lost");
    expect(first("LEASE_SECONDS settings")).toBe("/docs/operations#settings");
    expect(first("webhok signature")).toContain("/docs/webhooks");
    expect(first("renewLease")).toBe("/docs/api/jobs#renewLease");
  });
});

describe("blocks that are not run", () => {
  const blockOf = (language: string, how: string) =>
    blocks.filter((block) => block.language === language && block.how === how).map(({ text }) => text);

  test("what Prometheus is given is YAML of its form", () => {
    const [text = ""] = blockOf("yaml", "prometheus");
    expect(parse(text)).toMatchObject({ scrape_configs: [{ job_name: "muster", scheme: "https" }] });
  });

  test("the host program understands the configuration, and all of its agents", () => {
    const [text = ""] = blockOf("yaml", "muster-host");
    const folder = mkdtempSync(join(tmpdir(), "muster-docs-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "muster-host.yaml");
    writeFileSync(path, text);
    const asked = readCommandLine(["run", "--config", path]);
    if ("help" in asked) throw new Error("it asks for help");
    const { name, agents } = resolveSettings(asked, { MUSTER_TOKEN: "x" });
    expect([name, agents.map((agent) => agent.name)]).toEqual(["lab-3", ["web", "nightly"]]);
  });

  test("the JSON of a refusal is JSON, of a code that there is", () => {
    const texts = blockOf("json", "");
    expect(texts).toHaveLength(1);
    expect(Object.keys(STATUS_OF)).toContain(JSON.parse(texts[0] ?? "").code);
  });

  test("the JSON of an event is JSON, of a type that there is", () => {
    const [text = ""] = blockOf("json", "event");
    expect(EVENT_TYPES).toContain(JSON.parse(text).type);
  });

  test("every other block is of a kind that a test runs, or is no command", () => {
    const kinds = new Set(blocks.map(({ language, how }) => `${language} ${how.split(" ")[0]}`.trim()));
    expect([...kinds].sort()).toEqual([
      "groovy jenkins",
      "json",
      "json event",
      "sh",
      "sh clone",
      "sh until",
      "sh wrangler",
      "text",
      "toml",
      "ts",
      "yaml github",
      "yaml gitlab",
      "yaml muster-host",
      "yaml prometheus",
    ]);
  });
});
