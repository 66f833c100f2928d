import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../src/host-program/version.ts";
import { bundleHostProgram } from "../../src/local/bundle-host-program.ts";
import { service } from "./service.ts";

test("GET /host.mjs serves the program as a fresh bundle makes it, in under 400 kB, and not by the Worker", async () => {
  const response = await fetch(`${service.address}/host.mjs`);
  expect(response.status).toBe(200);
  // Every answer of the Worker has one.
  expect(response.headers.get("x-request-id")).toBeNull();
  const served = Buffer.from(await response.arrayBuffer());
  const { text, inputs } = await bundleHostProgram();
  expect(served.equals(Buffer.from(text))).toBe(true);
  expect(served.length).toBeLessThan(400_000);
  // Of the service it holds the words of the wire and the reading of reports, and nothing else.
  const rooms = Object.keys(inputs).flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect([...new Set(rooms)].filter((room) => !["host-program", "reports", "wire"].includes(room))).toEqual(
    [],
  );
});

test("npm pack packs the program as the package's command, of the package's version", () => {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" }),
  );
  expect(packed.files.map(({ path }: { path: string }) => path)).toContain("src/console/public/host.mjs");
  const { bin, version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(bin).toEqual({ "muster-host": "src/console/public/host.mjs" });
  expect(version).toBe(VERSION);
});
