import { expect, test } from "vitest";
import { repeatsRequest } from "../../src/local/lines.ts";

test.each([
  "[wrangler:info] GET /api/v3/projects 200 OK (12ms)",
  "[wrangler:info] POST /console/sign-in 303 See Other (3ms)",
  "\u001b[2m[wrangler:info] \u001b[1mGET\u001b[22m /health \u001b[32m200 OK\u001b[39m (5ms)\u001b[0m",
])("wrangler's %j repeats a request that the Worker logs", (line) => {
  expect(repeatsRequest(line)).toBe(true);
});

test.each([
  '{"event":"request","method":"GET","route":"/health","status":200,"ms":3}',
  "[wrangler:info] GET /assets/console.css 200 OK (1ms)",
  "[wrangler:info] GET /cdn-cgi/handler/scheduled 200 OK (40ms)",
  "[wrangler:error] GET failed: the Worker took 200 ms",
])("%j stays", (line) => {
  expect(repeatsRequest(line)).toBe(false);
});
