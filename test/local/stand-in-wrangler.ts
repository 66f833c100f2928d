import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * Plays wrangler and the account behind it, as far as a deployment asks them. The account stands in a file: what a
 * command does to it stays, and each command is noted with what it read.
 */

/** An account, and what goes wrong in it. */
export interface StandIn {
  loggedIn: boolean;
  accounts: { id: string; name: string }[];
  databases: { name: string; uuid: string; tables: string[]; applied: string[] }[];
  buckets: string[];
  queues: string[];
  /** The Worker, once there is one. */
  worker: { secrets: Record<string, string>; deployments: number } | null;
  /** Where the Worker answers. */
  address: string;
  /** By the words of a command: it fails with this text, before or after it did what it does. */
  failing: Record<string, { text: string; isDone: boolean }>;
}

/** One command as it came. */
export interface Call {
  args: string[];
  input: string;
  account: string | undefined;
  /** The names of variables that it must not have. */
  secrets: string[];
}

/** A fresh account, with nothing in it. */
export const emptyAccount = (address: string): StandIn => ({
  loggedIn: true,
  accounts: [{ id: "a".repeat(32), name: "Example" }],
  ...{ databases: [], buckets: [], queues: [], worker: null, address, failing: {} },
});

const [STATE = "", CALLS = ""] = [process.env.STAND_IN_STATE, process.env.STAND_IN_CALLS];

class Refused extends Error {}

const read = (): StandIn => JSON.parse(readFileSync(STATE, "utf8"));

const say = (text: unknown): void =>
  console.log(typeof text === "string" ? text : JSON.stringify(text, null, 2));

/** The database that a configuration file names; it must be the account's, by its id. */
const configured = (state: StandIn, config: string | undefined) => {
  if (!config || !existsSync(config)) throw new Refused(`there is no configuration ${config}`);
  const file = JSON.parse(readFileSync(config, "utf8"));
  const [bound] = file.d1_databases;
  return { file, bound, database: state.databases.find(({ uuid }) => uuid === bound.database_id) };
};

const boundDatabase = (state: StandIn, config: string | undefined) => {
  const { database, bound } = configured(state, config);
  if (!database) throw new Refused(`The database ${bound.database_id} could not be found [code: 7404]`);
  return { database, bound };
};

/** What each command does to the account, by its first words; the rest are its own. */
const COMMANDS: Record<string, (state: StandIn, rest: string[], options: Record<string, string>) => void> = {
  "--version": () => say(process.env.STAND_IN_VERSION ?? ""),
  whoami: ({ loggedIn, accounts }) => {
    if (!loggedIn) {
      say({ loggedIn });
      process.exit(1);
    }
    say({ loggedIn, authType: "OAuth Token", accounts });
  },
  "d1 list": ({ databases }) => say(databases.map(({ name, uuid }) => ({ uuid, name }))),
  "d1 create": (state, [name = ""]) => {
    if (state.databases.some((each) => each.name === name))
      throw new Refused("A database with that name already exists");
    state.databases.push({ name, uuid: crypto.randomUUID(), tables: [], applied: [] });
  },
  "d1 execute": (state, _, { config, command = "" }) => {
    const { database } = boundDatabase(state, config);
    const tables = command.includes("sqlite_master");
    if (!tables && !database.tables.includes("d1_migrations"))
      throw new Refused("no such table: d1_migrations");
    const names = tables ? database.tables : database.applied;
    say([{ results: names.map((name) => ({ name })), success: true, meta: {} }]);
  },
  "d1 migrations apply": (state, _, { config }) => {
    const { database } = boundDatabase(state, config);
    database.tables = ["d1_migrations", "projects"];
    const known = JSON.parse(process.env.STAND_IN_MIGRATIONS ?? "[]");
    database.applied = [...new Set([...database.applied, ...known])];
  },
  "r2 bucket list": ({ buckets }) =>
    say(
      buckets.map((name) => `name:           ${name}\ncreation_date:  2026-01-01T00:00:00.000Z`).join("\n\n"),
    ),
  "r2 bucket create": (state, [name = ""]) => {
    if (state.buckets.includes(name))
      throw new Refused("The bucket you tried to create already exists [code: 10004]");
    state.buckets.push(name);
  },
  "queues info": ({ queues }, [name = ""]) => {
    const found = queues.find((each) => each.includes(name));
    if (!found)
      throw new Refused(`Queue "${name}" does not exist. To create it, run: wrangler queues create ${name}`);
    say(`Queue Name: ${found}\nQueue ID: 1\nNumber of Producers: 0`);
  },
  "queues create": (state, [name = ""]) => {
    if (state.queues.includes(name))
      throw new Refused(`Queue name '${name}' is already taken. [code: 11009]`);
    state.queues.push(name);
  },
  "secret list": ({ worker }, _, { name }) => {
    if (!worker)
      throw new Refused(`Worker "${name}" not found.\n\nIf this is a new Worker, run \`wrangler deploy\``);
    say(Object.keys(worker.secrets).map((each) => ({ name: each, type: "secret_text" })));
  },
  "secret put": (state, [name = ""], { input = "" }) => {
    state.worker ??= { secrets: {}, deployments: 0 };
    state.worker.secrets[name] = input;
  },
  deploy: (state, _, options) => {
    const { file, database } = configured(state, options.config);
    if (options["dry-run"]) return say("--dry-run: exiting now.");
    const missing = [
      ...(database ? [] : ["database"]),
      ...file.r2_buckets.map((each: { bucket_name: string }) => each.bucket_name),
      ...(file.queues?.producers ?? []).map((each: { queue: string }) => each.queue),
    ].filter((each) => !state.buckets.includes(each) && !state.queues.includes(each));
    if (missing.length > 0) throw new Refused(`these do not exist: ${missing}`);
    if (!state.worker?.secrets.ADMIN_TOKEN)
      throw new Refused("The following required secrets have not been set: ADMIN_TOKEN");
    state.worker.deployments += 1;
    const targets = [state.address, "schedule: */30 * * * *"].filter(Boolean);
    appendFileSync(
      process.env.WRANGLER_OUTPUT_FILE_PATH ?? "",
      `${JSON.stringify({ type: "wrangler-session" })}\n${JSON.stringify({ type: "deploy", targets })}\n`,
    );
  },
};

const run = (): number => {
  const args = process.argv.slice(2);
  const [words, command] =
    Object.entries(COMMANDS).find(([each]) => `${args.join(" ")} `.startsWith(`${each} `)) ?? [];
  const input = readFileSync(0, "utf8");
  const secrets = ["ADMIN_TOKEN"].filter((name) => process.env[name]);
  appendFileSync(
    CALLS,
    `${JSON.stringify({ args, input, account: process.env.CLOUDFLARE_ACCOUNT_ID, secrets } satisfies Call)}\n`,
  );
  if (!words || !command) {
    console.error(`Unknown arguments: ${args}`);
    return 1;
  }
  const state = read();
  const before = JSON.stringify(state);
  const { values, positionals } = parseArgs({
    args: args.slice(words.split(" ").length),
    options: {
      ...{ config: { type: "string" }, command: { type: "string" }, name: { type: "string" } },
      ...{ outdir: { type: "string" }, "dry-run": { type: "boolean" }, jurisdiction: { type: "string" } },
      ...{ json: { type: "boolean" }, remote: { type: "boolean" } },
    },
    allowPositionals: true,
  });
  const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const failure = state.failing[words];
  try {
    if (failure && !failure.isDone) throw new Refused(failure.text);
    command(state, positionals, { ...options, input });
    // What only reads runs beside others, and leaves the file as it is.
    if (JSON.stringify(state) !== before) writeFileSync(STATE, JSON.stringify(state));
    if (failure) throw new Refused(failure.text);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(`✘ [ERROR] ${error.message}`);
    return 1;
  }
};

if (import.meta.main) process.exitCode = run();
