import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { bundleHostProgram, HOST_PROGRAM, writeHostProgram } from "../../src/local/bundle-host-program.ts";

test("the bundle is under 400 kB, and holds of the service's rooms the wire and the reports alone", async () => {
  const { text, inputs } = await bundleHostProgram();
  expect(Buffer.byteLength(text)).toBeLessThan(400_000);
  const rooms = Object.keys(inputs).flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect([...new Set(rooms)].filter((room) => !["host-program", "reports", "wire"].includes(room))).toEqual(
    [],
  );
});

test("a bundle that is there already is not written again, which would make every server of the folder reload", async () => {
  await writeHostProgram();
  const before = statSync(HOST_PROGRAM).mtimeMs;
  await writeHostProgram();
  expect(statSync(HOST_PROGRAM).mtimeMs).toBe(before);
});
