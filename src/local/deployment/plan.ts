import { Plain, type Variables } from "../options.ts";
import { refuseBadToken } from "../prepare-database.ts";
import { type Account, appliedMigrations, type Found, findAll } from "./account.ts";
import { type Deployment, writeDeployedConfig } from "./config.ts";

/** The secret that this makes; others are of whoever deploys. */
const ADMIN_TOKEN = "ADMIN_TOKEN";

/** What of a deployment is not done yet. */
export interface Plan {
  databaseId: string | undefined;
  buckets: Deployment["buckets"];
  queues: string[];
  /** How many migrations are to be applied. */
  migrations: number;
  /** Migrations that the database has and this working copy does not: a later version's. */
  later: string[];
  secrets: MissingSecret[];
  isFirst: boolean;
}

/** A secret that is not set. Without a value it is made at random, and shown. */
export interface MissingSecret {
  name: string;
  value: string | undefined;
}

const NOTHING: Found = {
  databaseId: undefined,
  buckets: new Set(),
  queues: new Set(),
  secrets: undefined,
};

/**
 * What is to be done. Without an account it is what a first deployment does. Throws if a secret is missing that only
 * the caller can give, or if the database is of something else.
 */
export const makePlan = async (
  deployment: Deployment,
  account: Account | undefined,
  variables: Variables,
): Promise<Plan> => {
  const found = account ? await findAll(account, deployment) : NOTHING;
  const { databaseId } = found;
  // The database is asked by it; a build alone does without an id.
  await writeDeployedConfig(databaseId);
  const applied =
    account && databaseId !== undefined ? await appliedMigrations(account, deployment.database) : [];
  const known = deployment.database.migrations;
  return {
    databaseId,
    buckets: deployment.buckets.filter(({ name }) => !found.buckets.has(name)),
    queues: deployment.queues.filter((name) => !found.queues.has(name)),
    migrations: known.filter((name) => !applied.includes(name)).length,
    later: applied.filter((name) => !known.includes(name)),
    secrets: deployment.secrets
      .filter((name) => !found.secrets?.has(name))
      .map((name) => ({ name, value: given(name, variables, account !== undefined) })),
    isFirst: found.secrets === undefined,
  };
};

/** Whether this runs in a pipeline, whose log others read. */
const isJob = ({ CI }: Variables): boolean => CI !== undefined && CI !== "false";

/** The value of a secret that the caller gives; undefined if it is to be made. Throws if it can't be. */
const given = (name: string, variables: Variables, isChecked: boolean): string | undefined => {
  const value = variables[name];
  if (value === undefined) {
    if (name !== ADMIN_TOKEN && isChecked)
      throw new Plain(
        `the secret ${name} is not set: give it in the environment, once: ${name}=... npm run deploy`,
      );
    if (name === ADMIN_TOKEN && isJob(variables) && isChecked)
      throw new Plain(
        `the secret ${name} is not set, and a new one would be shown in the log of this job: give it in the environment, once, from the secrets of your pipeline`,
      );
    return undefined;
  }
  if (name === ADMIN_TOKEN) refuseBadToken(value);
  return value;
};

const line = (what: string, name: string, deed: string): string =>
  `  ${what.padEnd(10)}  ${name.padEnd(18)}  ${deed}`;

const deedOf = (isMissing: boolean): string => (isMissing ? "is made" : "is there");

const secretDeed = (missing: MissingSecret | undefined): string => {
  if (!missing) return "is set, and stays as it is";
  if (missing.value !== undefined) return "is set, from the environment";
  return missing.name === ADMIN_TOKEN
    ? "is made at random, set, and shown once"
    : "is set, from the environment";
};

const migrationsDeed = ({ migrations }: Plan, all: number): string => {
  if (migrations === 0) return `has all ${all} migrations`;
  return migrations === all
    ? `${all} migrations are applied`
    : `${migrations} of ${all} migrations are applied`;
};

/** The plan, for people: everything that wrangler.toml names, and what is done about it. */
export const planLines = (deployment: Deployment, plan: Plan): string[] => {
  const { name, database, buckets, queues, secrets } = deployment;
  return [
    line("database", database.name, deedOf(plan.databaseId === undefined)),
    ...buckets.map((each) => line("bucket", each.name, deedOf(plan.buckets.includes(each)))),
    ...queues.map((each) => line("queue", each, deedOf(plan.queues.includes(each)))),
    line("tables", database.name, migrationsDeed(plan, database.migrations.length)),
    ...plan.later.map((each) => line("", each, "is there, of a later version: this deploys an earlier one")),
    ...secrets.map((each) =>
      line("secret", each, secretDeed(plan.secrets.find((missing) => missing.name === each))),
    ),
    line("Worker", name, plan.isFirst ? "is made" : "is replaced by what is here"),
  ];
};
