import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { findChromium, NO_CHROMIUM } from "./browser/chromium.ts";
import { LongestFirst } from "./longest-first.ts";

/** The Worker's log lines for requests and for steps of the tick, which no test prints. */
const WORKER_LOG = /^\{"event":"(tick_step|request)"/;

const hasBrowser = findChromium() !== undefined;
if (!hasBrowser && process.env.CI === "true") throw new Error(NO_CHROMIUM);
if (!hasBrowser) console.log(NO_CHROMIUM);

/** The slow files, unless `LONG=on`: `npm run test:long` runs them. */
const LONG = process.env.LONG === "on" ? [] : ["test/**/*.long.test.ts"];

const browser = {
  test: {
    name: "browser",
    include: ["test/browser/**/*.test.ts"],
    exclude: LONG,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};

/**
 * Tests of the host program that start it beside a server, which take minutes: `npm run test:host`. The others test its
 * parts.
 */
const WITH_PROCESSES = [
  "bad-day",
  "busy",
  "check",
  "commands",
  "full-disk",
  "kept-lease",
  "labels",
  "nothing-left",
  "once",
  "release",
  "run",
  "sent-files",
  "service-unit",
  "told",
];
/** The same, beside a service of their own whose clock they move. */
const WITH_CLOCKS = ["long-cuts", "silent-d1"];

/** The same of the command line. */
const CLI_WITH_SERVERS = ["backup", "bad-day", "lists", "pipelines", "run"];

const SERVER = { globalSetup: "test/host-program/setup.ts" };

interface Programs {
  /** Which files of the room; by default all but `without`. */
  files?: readonly string[];
  without?: readonly string[];
  room?: string;
  setup?: object;
}

const programs = (
  name: string,
  { files = ["*"], without = [], room = "host-program", setup = {} }: Programs,
) => ({
  test: {
    name,
    include: files.map((file) => `test/${room}/${file}.test.ts`),
    exclude: without.map((file) => `test/${room}/${file}.test.ts`),
    ...setup,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    // One more than the cores of the smallest machine, because each waits at times for its workerd, a server or a browser.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    onConsoleLog: (line) => !WORKER_LOG.test(line),
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("./drizzle"),
                MODEL: ["MODEL_RUNS", "MODEL_COMMANDS", "MODEL_SEED", "MODEL_SOCKETS"]
                  .map((name) => process.env[name] ?? "")
                  .join(),
                FUZZ: ["FUZZ_RUNS", "FUZZ_SEED"].map((name) => process.env[name] ?? "").join(),
                ADMIN_TOKEN: "test-admin-token-of-the-pool",
                RATE_LIMITS: "off",
                LOG_QUIET: "on",
              },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.test.ts"],
          exclude: ["test/local/**", "test/browser/**", "test/host-program/**", "test/cli/**", ...LONG],
          setupFiles: ["test/migrate.ts", "test/query-plans/judged.ts"],
          isolate: false,
          // Without it the console's style sheet is empty.
          css: true,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "local",
          include: ["test/local/**/*.test.ts", "test/host-program/recipes/*.test.ts"],
          exclude: LONG,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      programs("host-program", { without: [...WITH_PROCESSES, ...WITH_CLOCKS] }),
      programs("cli", {
        without: CLI_WITH_SERVERS,
        room: "cli",
        setup: { globalSetup: "test/cli/setup.ts" },
      }),
      ...(process.env.HOST_PROCESSES === "on"
        ? [
            programs("host-processes", { files: WITH_PROCESSES, setup: SERVER }),
            programs("host-clocks", { files: WITH_CLOCKS }),
            programs("cli-processes", { files: CLI_WITH_SERVERS, room: "cli", setup: SERVER }),
          ]
        : []),
      ...(hasBrowser ? [browser] : []),
    ],
  },
});
