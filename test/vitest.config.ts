import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/** What the Worker tells of each request and of the tick's steps: of no use in a test's output. */
const WORKER_LOG = /^\{"event":"(tick_step|request)"/;

export default defineConfig({
  test: {
    // Left alone it takes one less than there are cores.
    maxWorkers: 2,
    onConsoleLog: (line) => !WORKER_LOG.test(line),
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("./drizzle"),
                MODEL: ["MODEL_RUNS", "MODEL_COMMANDS", "MODEL_SEED"]
                  .map((name) => process.env[name] ?? "")
                  .join(),
                FUZZ: ["FUZZ_RUNS", "FUZZ_SEED"].map((name) => process.env[name] ?? "").join(),
                ADMIN_TOKEN: "test-admin-token-of-the-pool",
                RATE_LIMITS: "off",
              },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.test.ts"],
          exclude: ["test/local/**"],
          setupFiles: ["test/migrate.ts", "test/plans/judged.ts"],
          // Else the console's style would count as empty.
          css: true,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "local",
          include: ["test/local/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
