import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { PIPELINE_SHELLS } from "../cli/pipeline-shells.ts";
import { freePort, Run, until } from "./checkout.ts";
import { type Block, blocks, DocsShell } from "./docs-shell.ts";

const TOKEN = "the-admin-token-of-the-documentation";
const port = String(await freePort());
const address = `http://127.0.0.1:${port}`;
const stateDir = mkdtempSync(join(tmpdir(), "muster-docs-state-"));
const shell = new DocsShell(address, {
  PORT: port,
  STATE_DIR: stateDir,
  ADMIN_TOKEN: TOKEN,
  RATE_LIMITS: "off",
});

afterAll(async () => {
  await shell.leave();
  rmSync(stateDir, { recursive: true, force: true });
});

const read = async (path: string): Promise<unknown> =>
  (await fetch(`${address}/api/v3${path}`, { headers: { Authorization: TOKEN } })).json();

/** What must have come of a block, by what is in it; of the others only that no command of it failed. */
const OUTCOMES: { words: string; holds: (output: string) => unknown }[] = [
  {
    words: "cli.mjs run",
    holds: async (output) => {
      const [, job] = /job (\d+) /.exec(output) ?? [];
      expect(await read(`/projects/1/automation/jobs/${job}`)).toMatchObject({ status: "COMPLETED" });
    },
  },
  { words: "/exports/results.csv", holds: (output) => expect(output).toContain("expected 30, got 20") },
  { words: "/results?limit=10", holds: (output) => expect(output).toContain('"status":"FAILED"') },
  { words: "jobs/$JOB/log", holds: (output) => expect(output).toContain("the tests begin\n") },
  { words: "?wait=50", holds: (output) => expect(output).toContain('"status":"COMPLETED"') },
  { words: "for STATUS in", holds: (output) => expect(output).toContain('"status":"COMPLETED"') },
  { words: "npm run demo", holds: (output) => expect(output).toContain("All 18 answers were right.") },
  { words: "/metrics", holds: (output) => expect(output).toContain("muster_jobs_ended_total") },
  {
    words: "cli.mjs export",
    holds: (output) => expect(output).toMatch(/\d+ rows and \d+ files are in muster\.jsonl\.gz/),
  },
  { words: "cli.mjs restore", holds: (output) => expect(output).toContain("muster.jsonl.gz are restored") },
  { words: "cli.mjs login", holds: (output) => expect(output).toContain("logged in to") },
  {
    words: "verify.mjs",
    holds: async () => {
      const { isGenuine } = await import(join(shell.folderOf("webhooks"), "verify.mjs"));
      const [key, body] = [randomBytes(24), '{"type":"job.ended"}'];
      const headersAt = (timestamp: number) => {
        const signature = createHmac("sha256", key).update(`msg_1.${timestamp}.${body}`).digest("base64");
        return {
          "webhook-id": "msg_1",
          "webhook-timestamp": String(timestamp),
          "webhook-signature": `v1,AAAA v1,${signature}`,
        };
      };
      const [secret, now] = [`whsec_${key.toString("base64")}`, Math.floor(Date.now() / 1000)];
      expect(isGenuine(secret, headersAt(now), body)).toBe(true);
      expect(isGenuine(secret, headersAt(now), `${body} `)).toBe(false);
      expect(isGenuine(`whsec_${randomBytes(24).toString("base64")}`, headersAt(now), body)).toBe(false);
      expect(isGenuine(secret, headersAt(now - 3600), body)).toBe(false);
    },
  },
  { words: "host.mjs service", holds: (output) => expect(output).toContain("ExecStart=") },
];

const runBlock = async (block: Block): Promise<void> => {
  if (block.how.includes("until ")) return shell.start(block);
  const output = await shell.run(block, { input: `${TOKEN}\n` });
  for (const { words, holds } of OUTCOMES) if (block.text.includes(words)) await holds(output);
};

/** The shell part of a pipeline's example, which is run as the pipeline would. */
const pipelineBlock = (block: Block): Block => {
  const { lines, env } = PIPELINE_SHELLS[block.how]?.(block.text) ?? { lines: "", env: {} };
  const variables = Object.entries(env)
    .filter(([name]) => name !== "MUSTER_TOKEN")
    .map(([name, value]) => `export ${name}='${value}'\n`);
  return { ...block, how: "", text: `${variables.join("")}${lines}\nunset GITHUB_ACTIONS\n` };
};

const run = blocks.filter(
  ({ language, how }) => (language === "sh" && how !== "wrangler") || how in PIPELINE_SHELLS,
);

describe("each command of the documentation does what it says, on a fresh installation and in the order of the pages", () => {
  test.each(run)(
    "$name",
    (block) => runBlock(block.how in PIPELINE_SHELLS ? pipelineBlock(block) : block),
    300_000,
  );

  test("every example of a pipeline was among them", () => {
    expect(run.filter(({ how }) => how in PIPELINE_SHELLS).map(({ how }) => how)).toEqual(
      Object.keys(PIPELINE_SHELLS),
    );
  });
});

describe("the commands of a deployment", () => {
  const text = blocks.find(({ how }) => how === "wrangler")?.text ?? "";

  test("name the database, the bucket and the secret of wrangler.toml", () => {
    const config = unstable_readConfig({ config: "wrangler.toml" });
    expect(text).toContain(`wrangler d1 create ${config.d1_databases[0]?.database_name} `);
    expect(text).toContain(`wrangler d1 migrations apply ${config.d1_databases[0]?.binding} --remote`);
    expect(text).toContain(`wrangler r2 bucket create ${config.r2_buckets[0]?.bucket_name}\n`);
    expect(text).toContain("wrangler secret put ADMIN_TOKEN\n");
  });

  test("deploy a Worker that builds, with the documentation among its assets", async () => {
    const outdir = mkdtempSync(join(tmpdir(), "muster-dist-"));
    const deploy = new Run(process.cwd(), ["npm", "run", "deploy", "--", "--dry-run", "--outdir", outdir], {
      WRANGLER_SEND_METRICS: "false",
      CI: "true",
    });
    await until("it ends", () => deploy.code !== undefined, 250);
    rmSync(outdir, { recursive: true, force: true });
    expect([deploy.code, deploy.output]).toEqual([0, expect.stringContaining("--dry-run: exiting now.")]);
  }, 300_000);
});

describe("what is served at /docs", () => {
  test("is answered without the Worker, under a policy that runs no inline script and loads from here alone", async () => {
    for (const path of ["/docs", "/docs/hosts", "/docs/api", "/docs/api/jobs"]) {
      const answer = await fetch(`${address}${path}`);
      expect([path, answer.status, answer.headers.get("content-type")]).toEqual([
        path,
        200,
        expect.stringMatching(/^text\/html/),
      ]);
      // Every answer of the Worker has one.
      expect(answer.headers.get("x-request-id")).toBeNull();
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(await answer.text()).toContain('<main id="main"');
    }
  });

  test("is a page that leads on, with the status 404, where nothing is", async () => {
    const answer = await fetch(`${address}/docs/nowhere`);
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining("There is no such page"),
    ]);
  });

  test.each([
    // Who is not signed in is asked to.
    ["/console", 401],
    ["/openapi.json", 200],
    ["/host.mjs", 200],
    ["/cli.mjs", 200],
  ])("%s, to which pages lead, is there", async (path, status) => {
    expect((await fetch(`${address}${path}`)).status).toBe(status);
  });
});
