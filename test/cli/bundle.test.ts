import { expect, test } from "vitest";
import { bundleProgram } from "../../src/local/bundle-programs.ts";

test("the bundle is under 60 kB, and holds of the service's rooms the client and two of the wire's rules alone", async () => {
  const { text, inputs } = await bundleProgram("cli.mjs");
  expect(Buffer.byteLength(text)).toBeLessThan(60_000);
  const ofService = Object.keys(inputs).filter((path) => /^src\/(?!cli\/|client\/|programs\/)/.test(path));
  expect(ofService.sort()).toEqual(["src/wire/failure-line.ts", "src/wire/trace-context.ts"]);
});
