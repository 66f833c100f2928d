import { execFile } from "node:child_process";
import { expect, test } from "vitest";

/** Runs a script of `npm run` with these arguments, without npm. Whatever it would call is out of reach. */
const runScript = (script: string, args: readonly string[]) =>
  new Promise<{ code: unknown; output: string }>((ended) => {
    const env = { ...process.env, BASE_URL: "http://127.0.0.1:9", PORT: "none" };
    execFile(process.execPath, [`src/local/${script}.ts`, ...args], { env }, (error, stdout, stderr) =>
      ended({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });

test.each([
  [
    "start",
    ["--port", "9000"],
    "npm start has no argument --port: it takes none. Variables set the rest: PORT, STATE_DIR, ADMIN_TOKEN, ",
  ],
  [
    "demo",
    ["http://there"],
    "npm run demo has no argument http://there: it takes --clean, which removes what it made. Variables set the rest: BASE_URL, PORT, STATE_DIR, ADMIN_TOKEN\n",
  ],
  [
    "tick",
    ["2026-03-02T10:00:00Z", "again"],
    "npm run tick has no argument again: it takes at most one, a time like 2015-04-28T17:00:00+0700. Variables set the rest: BASE_URL, PORT, STATE_DIR\n",
  ],
  [
    "deploy",
    ["--dry-run", "--force"],
    "npm run deploy has no argument --force: it takes --dry-run, which says what it would do and builds, and --yes, which does not ask. Variables set the rest: ADMIN_TOKEN, CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID\n",
  ],
  ["tick", ["--at"], "npm run tick has no argument --at: it takes at most one, a time like "],
])("%s with the arguments %j does nothing and names those that it knows", async (script, args, message) => {
  const { code, output } = await runScript(script, args);
  expect(code).toBe(1);
  expect(output.slice(0, message.length)).toBe(message);
});
