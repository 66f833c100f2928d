import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { Plain } from "../options.ts";
import { newToken } from "../prepare-database.ts";
import { type Account, findDatabase, inAccount } from "./account.ts";
import { DEPLOYED_CONFIG, type Deployment, writeDeployedConfig } from "./config.ts";
import type { MissingSecret, Plan } from "./plan.ts";
import { runWrangler, tryWrangler } from "./wrangler-command.ts";

/** Another deployment, or one whose answer was lost, has made it meanwhile. */
const MADE_ALREADY = /already exists|already own it|already taken|code: (7502|10004|11009)\b/i;

/** How long a new address is waited for: its name and certificate take a while to be known. */
const HEALTH_SECONDS = 60;

const CONFIGURED = ["--config", DEPLOYED_CONFIG];

/** Makes what is missing of the database, the buckets and the queues, and writes the configuration with the database's id. */
export const makeMissing = async (account: Account, { database }: Deployment, plan: Plan): Promise<void> => {
  const environment = inAccount(account);
  const make = async (what: string, args: string[]): Promise<boolean> => {
    const made = await tryWrangler(`making the ${what}`, { args, environment }, MADE_ALREADY);
    console.log(`The ${what} ${made ? "is made" : "was there already"}`);
    return made !== undefined;
  };
  if (
    plan.databaseId === undefined &&
    !(await make(`database ${database.name}`, ["d1", "create", database.name]))
  )
    throw new Plain(
      `the database ${database.name} was made by somebody else just now: start again, so that what it holds is looked at first`,
    );
  for (const { name, jurisdiction } of plan.buckets)
    await make(`bucket ${name}`, [
      ...["r2", "bucket", "create", name],
      ...(jurisdiction ? ["--jurisdiction", jurisdiction] : []),
    ]);
  for (const name of plan.queues) await make(`queue ${name}`, ["queues", "create", name]);
  const id = plan.databaseId ?? (await findDatabase(account, database.name));
  if (id === undefined)
    throw new Plain(
      `the database ${database.name} was made and is not listed yet: wait a minute, and start again`,
    );
  await writeDeployedConfig(id);
};

/** Applies the migrations that the database has not. */
export const migrateDeployed = async (account: Account, { database }: Deployment): Promise<void> => {
  await runWrangler("applying the migrations", {
    args: ["d1", "migrations", "apply", database.binding, "--remote", ...CONFIGURED],
    environment: inAccount(account),
  });
  console.log("The database has all migrations");
};

/**
 * Sets a secret. One that is made here is shown before: whatever breaks off afterwards, what may be set has been seen.
 */
export const setSecret = async (account: Account, { name, value }: MissingSecret): Promise<void> => {
  const secret = value ?? newToken();
  if (value === undefined)
    console.log(`${name} is ${secret}\n  It is shown this once: keep it where your team keeps its secrets`);
  await runWrangler(`setting the secret ${name}`, {
    args: ["secret", "put", name, ...CONFIGURED],
    input: secret,
    environment: inAccount(account),
  });
  console.log(`The secret ${name} is set`);
};

const deployed = z.looseObject({ type: z.literal("deploy"), targets: z.array(z.string()).default([]) });

/** Where a deployed Worker answers, of all that wrangler names: its own address and domains, not parts of other zones. */
const addressIn = (targets: readonly string[]): string | undefined => {
  const own = targets.find((target) => /^https?:\/\/\S+$/.test(target));
  const domain = targets.map((target) => /^([\w.-]+) \(custom domain/.exec(target)?.[1]).find(Boolean);
  return domain ? `https://${domain}` : own;
};

/** Builds and uploads the Worker; gives its address, if it has one of its own. A dry run builds alone. */
export const deployWorker = async (
  environment: Record<string, string>,
  { dryRun }: { dryRun: boolean },
): Promise<string | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), "muster-deploy-"));
  const facts = join(folder, "facts.ndjson");
  try {
    await runWrangler(dryRun ? "building the Worker" : "deploying the Worker", {
      args: ["deploy", ...CONFIGURED, ...(dryRun ? ["--dry-run", "--outdir", join(folder, "built")] : [])],
      environment: { ...environment, WRANGLER_OUTPUT_FILE_PATH: facts },
    });
    if (dryRun) return undefined;
    const lines = existsSync(facts) ? readFileSync(facts, "utf8").split("\n").filter(Boolean) : [];
    const found = lines.map((each) => deployed.safeParse(JSON.parse(each))).find(({ success }) => success);
    return addressIn(found?.data?.targets ?? []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Whether the service at an address answers that it is well, within a minute. */
export const answersWell = async (address: string): Promise<boolean> => {
  for (const end = Date.now() + HEALTH_SECONDS * 1000; Date.now() < end; await sleep(2000)) {
    try {
      const answer = await fetch(new URL("/health", address), { signal: AbortSignal.timeout(10_000) });
      if (answer.ok) return true;
    } catch {
      // A new address is not known everywhere at once.
    }
  }
  return false;
};
