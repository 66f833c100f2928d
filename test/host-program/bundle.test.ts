import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { bundleProgram, programPath, writePrograms } from "../../src/local/bundle-programs.ts";

test("the bundle is under 400 kB, and holds of the service's rooms its client, the wire and the reports alone", async () => {
  const { text, inputs } = await bundleProgram("host.mjs");
  expect(Buffer.byteLength(text)).toBeLessThan(400_000);
  const rooms = Object.keys(inputs).flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect(
    [...new Set(rooms)].filter(
      (room) => !["client", "host-program", "programs", "reports", "wire"].includes(room),
    ),
  ).toEqual([]);
});

test("a bundle that is there already is not written again, which would make every server of the folder reload", async () => {
  await writePrograms();
  const before = statSync(programPath("host.mjs")).mtimeMs;
  await writePrograms();
  expect(statSync(programPath("host.mjs")).mtimeMs).toBe(before);
});
