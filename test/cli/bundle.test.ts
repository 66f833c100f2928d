import { expect, test } from "vitest";
import { bundleProgram } from "../../src/local/bundle-programs.ts";

test("the bundle is under 60 kB, and holds of the service's rooms the client alone", async () => {
  const { text, inputs } = await bundleProgram("cli.mjs");
  expect(Buffer.byteLength(text)).toBeLessThan(60_000);
  const rooms = Object.keys(inputs).flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect([...new Set(rooms)].sort()).toEqual(["cli", "client", "programs"]);
});
