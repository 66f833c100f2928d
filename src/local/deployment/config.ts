import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Plain, ROOT, reasonOf } from "../options.ts";

const FILE = "wrangler.toml";

/**
 * What wrangler deploys from: wrangler.toml with the id that the account gave the database. It is made anew by each
 * deployment, and no file of the repository changes.
 */
export const DEPLOYED_CONFIG = "wrangler.deploy.json";

/** The id in the repository's wrangler.toml, which is no database's. */
const NO_ID = /^[0-]*$/;

const database = z.looseObject({
  binding: z.string(),
  database_name: z.string(),
  database_id: z.string().default(""),
  migrations_dir: z.string().default("migrations"),
});
const bucket = z.looseObject({ bucket_name: z.string(), jurisdiction: z.string().optional() });
const producer = z.looseObject({ queue: z.string() });
const consumer = producer.extend({ dead_letter_queue: z.string().optional() });

const schema = z.looseObject({
  name: z.string(),
  account_id: z.string().optional(),
  d1_databases: z.tuple([database]),
  r2_buckets: z.array(bucket).default([]),
  queues: z
    .looseObject({ producers: z.array(producer).default([]), consumers: z.array(consumer).default([]) })
    .default({ producers: [], consumers: [] }),
  secrets: z.looseObject({ required: z.array(z.string()).default([]) }).default({ required: [] }),
});

/** What wrangler.toml says of a deployment. */
export interface Deployment {
  /** The Worker's name. */
  name: string;
  /** The account's id, where the file names one. */
  accountId: string | undefined;
  database: {
    binding: string;
    name: string;
    /** Undefined where it is to be found by its name. */
    id: string | undefined;
    /** The names of its migrations, in their order. */
    migrations: string[];
  };
  buckets: { name: string; jurisdiction: string | undefined }[];
  queues: string[];
  /** The names of the secrets without which it does not run. */
  secrets: string[];
}

/** Reads wrangler.toml. Throws if it has no single database, or is no configuration. */
export const readDeployment = async (): Promise<Deployment> => {
  const { success, data, error } = schema.safeParse(await rawConfig());
  if (!success) throw new Plain(`${FILE} can't be deployed from: ${z.prettifyError(error)}`);
  const [{ binding, database_name, database_id, migrations_dir }] = data.d1_databases;
  const { producers, consumers } = data.queues;
  const queues = [
    ...producers.map(({ queue }) => queue),
    ...consumers.flatMap(({ queue, dead_letter_queue }) => [queue, dead_letter_queue ?? queue]),
  ];
  return {
    name: data.name,
    accountId: data.account_id,
    database: {
      binding,
      name: database_name,
      id: NO_ID.test(database_id) ? undefined : database_id,
      migrations: readdirSync(join(ROOT, migrations_dir))
        .filter((file) => file.endsWith(".sql"))
        .sort(),
    },
    buckets: data.r2_buckets.map(({ bucket_name, jurisdiction }) => ({ name: bucket_name, jurisdiction })),
    queues: [...new Set(queues)],
    secrets: data.secrets.required,
  };
};

/** Writes `DEPLOYED_CONFIG`. Without an id it has the one of wrangler.toml, which does for a build alone. */
export const writeDeployedConfig = async (databaseId: string | undefined): Promise<void> => {
  const config = z.looseObject({ d1_databases: z.tuple([z.looseObject({})]) }).parse(await rawConfig());
  if (databaseId !== undefined) Object.assign(config.d1_databases[0], { database_id: databaseId });
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const path = join(ROOT, DEPLOYED_CONFIG);
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Plain(`${DEPLOYED_CONFIG} can't be written: ${reasonOf(error)}`);
  }
};

const rawConfig = async (): Promise<unknown> => {
  // It is large, and a wrong argument is refused before it is loaded.
  const { experimental_readRawConfig } = await import("wrangler");
  try {
    return experimental_readRawConfig({ config: join(ROOT, FILE) }, { useRedirectIfAvailable: false })
      .rawConfig;
  } catch (error) {
    throw new Plain(`${FILE} can't be read: ${reasonOf(error)}`);
  }
};

/** The version of wrangler that this repository is tested with. */
export const pinnedWrangler = (): string =>
  z
    .object({ devDependencies: z.object({ wrangler: z.string() }) })
    .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))).devDependencies.wrangler;
