import * as z from "zod";
import { Plain, reasonOf, type Variables } from "../options.ts";
import { DEPLOYED_CONFIG, type Deployment, pinnedWrangler } from "./config.ts";
import { LOG_IN } from "./cures.ts";
import { type Command, type Ended, failureOf, runWrangler, tryWrangler } from "./wrangler-command.ts";

/** The account that is deployed to. */
export interface Account {
  id: string;
  /** Its name, or its id where the login may not read that. */
  name: string;
}

/** What of a deployment is there already. */
export interface Found {
  /** The database's id; undefined where there is none. */
  databaseId: string | undefined;
  buckets: ReadonlySet<string>;
  queues: ReadonlySet<string>;
  /** The names of the Worker's secrets; undefined where there is no Worker. */
  secrets: ReadonlySet<string> | undefined;
}

const user = z.looseObject({
  loggedIn: z.literal(true),
  accounts: z.array(z.looseObject({ id: z.string(), name: z.string() })).default([]),
});
const databases = z.array(z.looseObject({ name: z.string(), uuid: z.string() }));
const secretNames = z.array(z.looseObject({ name: z.string() }));

/** What a command printed as JSON. Throws if it did not. */
const parsed = <Shape extends z.ZodType>(shape: Shape, doing: string, { stdout }: Ended): z.output<Shape> => {
  try {
    return shape.parse(JSON.parse(stdout));
  } catch (error) {
    throw new Plain(`${doing} failed: what wrangler answered can't be read (${reasonOf(error)}): ${stdout}`);
  }
};

/** Refuses another wrangler than the one whose answers are known here. */
export const refuseOtherWrangler = async (): Promise<void> => {
  const { stdout } = await runWrangler("starting wrangler", { args: ["--version"] });
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  if (version !== pinnedWrangler())
    throw new Plain(
      `the wrangler on the PATH is ${version ?? stdout.trim()}, and this repository's is ${pinnedWrangler()}: npm ci, then npm run deploy`,
    );
};

/** The account that is deployed to: the one named, or the only one. Undefined if nobody is logged in. Throws if several may be meant. */
export const findAccount = async (
  { accountId }: Deployment,
  { CLOUDFLARE_ACCOUNT_ID }: Variables,
): Promise<Account | undefined> => {
  const doing = "asking who is logged in";
  const command = { args: ["whoami", "--json"] };
  const answer = await tryWrangler(doing, command, /"loggedIn": ?false/);
  if (!answer) return undefined;
  const { accounts } = parsed(user, doing, answer);
  const chosen = accountId ?? CLOUDFLARE_ACCOUNT_ID;
  if (chosen !== undefined)
    return { id: chosen, name: accounts.find(({ id }) => id === chosen)?.name ?? chosen };
  const [only, another] = accounts;
  if (only && !another) return { id: only.id, name: only.name };
  if (!only)
    throw new Plain(
      `the login sees no account: set CLOUDFLARE_ACCOUNT_ID to the one that is meant, or ${LOG_IN}`,
    );
  const list = accounts.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
  throw new Plain(
    `the login has ${accounts.length} accounts: set CLOUDFLARE_ACCOUNT_ID to the one that is meant\n${list}`,
  );
};

/** The commands' way to one account, whatever was chosen on this machine before. */
export const inAccount = ({ id }: Account): Record<string, string> => ({ CLOUDFLARE_ACCOUNT_ID: id });

/** The id of the database of this name; undefined where there is none. */
export const findDatabase = async (account: Account, name: string): Promise<string | undefined> => {
  const doing = "reading the account's databases";
  const listed = await runWrangler(doing, {
    args: ["d1", "list", "--json"],
    environment: inAccount(account),
  });
  return parsed(databases, doing, listed).find((each) => each.name === name)?.uuid;
};

const findBuckets = async (account: Account, jurisdiction: string | undefined): Promise<string[]> => {
  const { stdout } = await runWrangler("reading the account's buckets", {
    args: ["r2", "bucket", "list", ...(jurisdiction ? ["--jurisdiction", jurisdiction] : [])],
    environment: inAccount(account),
  });
  return [...stdout.matchAll(/^name: +(\S+)\s*$/gm)].map(([, name = ""]) => name);
};

const findQueue = async (account: Account, name: string): Promise<string[]> => {
  const doing = `looking for the queue ${name}`;
  const command: Command = { args: ["queues", "info", name], environment: inAccount(account) };
  const answer = await tryWrangler(doing, command, /Queue ".*" does not exist/);
  if (!answer) return [];
  // The search by name may find another, of which it is a part.
  const found = /^Queue Name: (\S+)\s*$/m.exec(answer.stdout)?.[1];
  if (found === undefined) throw failureOf(doing, command, answer);
  return found === name ? [name] : [];
};

const findSecrets = async (account: Account, worker: string): Promise<Set<string> | undefined> => {
  const doing = "reading the names of the Worker's secrets";
  const answer = await tryWrangler(
    doing,
    { args: ["secret", "list", "--name", worker], environment: inAccount(account) },
    /Worker ".*" not found/,
  );
  return answer && new Set(parsed(secretNames, doing, answer).map(({ name }) => name));
};

/** Looks what of a deployment an account has. Throws if wrangler.toml names a database that is not the account's. */
export const findAll = async (account: Account, deployment: Deployment): Promise<Found> => {
  const { name, database, buckets, queues } = deployment;
  const jurisdictions = [...new Set(buckets.map(({ jurisdiction }) => jurisdiction))];
  const [databaseId, foundBuckets, foundQueues, secrets] = await Promise.all([
    findDatabase(account, database.name),
    Promise.all(jurisdictions.map((each) => findBuckets(account, each))),
    Promise.all(queues.map((each) => findQueue(account, each))),
    findSecrets(account, name),
  ]);
  if (database.id !== undefined && database.id !== databaseId)
    throw new Plain(
      `wrangler.toml gives the database ${database.name} the id ${database.id}, and the account ${account.name} has ${
        databaseId ? `it with the id ${databaseId}` : "none of that name"
      }: log in to the right account, or remove that line, and it is found by its name`,
    );
  return {
    databaseId,
    buckets: new Set(foundBuckets.flat()),
    queues: new Set(foundQueues.flat()),
    secrets,
  };
};

const rows = z.array(z.looseObject({ results: z.array(z.looseObject({ name: z.string() })) })).min(1);

const namesBy = async (
  account: Account,
  { binding }: Deployment["database"],
  query: string,
): Promise<string[]> => {
  const doing = "reading what the database holds";
  const answer = await runWrangler(doing, {
    args: ["d1", "execute", binding, "--remote", "--json", "--config", DEPLOYED_CONFIG, "--command", query],
    environment: inAccount(account),
  });
  return parsed(rows, doing, answer).flatMap(({ results }) => results.map(({ name }) => name));
};

/**
 * The names of the migrations that a database has, by the deployed configuration. Throws if it is of something else:
 * this one's tables must not come into it.
 */
export const appliedMigrations = async (
  account: Account,
  database: Deployment["database"],
): Promise<string[]> => {
  const tables = await namesBy(
    account,
    database,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_cf!_%' ESCAPE '!'",
  );
  if (tables.length === 0) return [];
  const applied = tables.includes("d1_migrations")
    ? await namesBy(account, database, "SELECT name FROM d1_migrations ORDER BY id")
    : [];
  const others = tables.filter((name) => name !== "d1_migrations");
  // A migration that broke off before it was noted leaves none of its tables: it is one transaction.
  if (applied.length === 0 ? others.length > 0 : !applied.includes(database.migrations[0] ?? ""))
    throw new Plain(
      `the database ${database.name} holds something else (${others.slice(0, 5).join(", ")}): give Muster's another name, by database_name in wrangler.toml`,
    );
  return applied;
};
