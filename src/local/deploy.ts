import { createInterface } from "node:readline/promises";
import { type Account, findAccount, inAccount, refuseOtherWrangler } from "./deployment/account.ts";
import { DEPLOYED_CONFIG, type Deployment, readDeployment } from "./deployment/config.ts";
import { LOG_IN } from "./deployment/cures.ts";
import { makePlan, type Plan, planLines } from "./deployment/plan.ts";
import { answersWell, deployWorker, makeMissing, migrateDeployed, setSecret } from "./deployment/steps.ts";
import { argumentsOf, Plain, runScript } from "./options.ts";

const DRY_RUN = "--dry-run";
const YES = "--yes";

/** The caller's own environment: `.dev.vars` is of the local server, and its token must not come to the deployed one. */
const variables = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));

/** Whether the person at the terminal wants it. Throws where nobody can be asked. */
const isWanted = async (): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new Plain(
      `Nothing was done: there is no terminal to ask on. npm run deploy -- ${YES} does it unasked`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  // Ctrl-C and Ctrl-D are a no.
  terminal.on("close", () => closed.abort());
  try {
    const answer = await terminal.question("Do this? (yes or no) ", { signal: closed.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
};

/** Writes what is served beside the Worker. Before anything is changed: what can't be built is not deployed in part. */
const build = async (): Promise<void> => {
  console.log("The programs and the documentation are built");
  // Loaded when it is needed: what is refused is refused at once.
  const [{ writePrograms }, { writeDocs }] = await Promise.all([
    import("./bundle-programs.ts"),
    import("../docs/write-docs.ts"),
  ]);
  await Promise.all([writePrograms(), writeDocs()]);
};

const doAll = async (account: Account, deployment: Deployment, plan: Plan): Promise<void> => {
  await build();
  await makeMissing(account, deployment, plan);
  await migrateDeployed(account, deployment);
  for (const secret of plan.secrets) await setSecret(account, secret);
  const address = await deployWorker(inAccount(account), { dryRun: false });
  console.log("The Worker is deployed");
  if (address === undefined) {
    console.log("It has no address of its own: it answers where the routes in wrangler.toml lead to it");
    return;
  }
  console.log(
    (await answersWell(address))
      ? `Muster answers at ${address}\n  Console  ${address}/console (sign in with the admin token)`
      : `Muster is at ${address}, and does not answer there yet: a new address takes some minutes. Then: curl ${address}/health`,
  );
};

const nameOf = ({ id, name }: Account): string => `the account ${name === id ? id : `${name} (${id})`}`;

/** Says what a deployment would do, and builds the Worker. The account is only read. */
const rehearse = async (account: Account | undefined, deployment: Deployment): Promise<number> => {
  const plan = await makePlan(deployment, account, variables);
  const where = account ? nameOf(account) : "an account that has nothing of it (nobody is logged in to look)";
  console.log(`\nIt would do this in ${where}:\n${planLines(deployment, plan).join("\n")}\n`);
  await build();
  await deployWorker(account ? inAccount(account) : {}, { dryRun: true });
  console.log("The Worker builds. Nothing was changed");
  return 0;
};

/** Deploys the service, whatever of it is there already, and returns 0; 1 if it is not wanted. Throws on any failure. */
const deploy = async (): Promise<number> => {
  const flags = argumentsOf(process.argv.slice(2), {
    ...{ script: "npm run deploy", most: 0, flags: [DRY_RUN, YES] },
    takes: `${DRY_RUN}, which says what it would do and builds, and ${YES}, which does not ask`,
    variables: ["ADMIN_TOKEN", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"],
  });
  const dryRun = flags.includes(DRY_RUN);
  if (variables.CLOUDFLARE_ENV !== undefined)
    throw new Plain(
      "CLOUDFLARE_ENV is set, and npm run deploy knows no environments: deploy another installation from a clone with another name, database_name, bucket_name and queues in wrangler.toml",
    );
  const deployment = await readDeployment();
  console.log("Muster looks what the account has");
  const [account] = await Promise.all([findAccount(deployment, variables), refuseOtherWrangler()]);
  if (dryRun) return rehearse(account, deployment);
  if (!account) throw new Plain(`Nobody is logged in at Cloudflare: ${LOG_IN}`);
  const plan = await makePlan(deployment, account, variables);
  console.log(`\nIt does this in ${nameOf(account)}:\n${planLines(deployment, plan).join("\n")}\n`);
  if (!flags.includes(YES) && !(await isWanted())) {
    console.log("Nothing was done");
    return 1;
  }
  try {
    await doAll(account, deployment, plan);
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    throw new Plain(`${error.message}\nWhat was done stays done: npm run deploy goes on from there`);
  }
  console.log(`  By hand  npx wrangler ... --config ${DEPLOYED_CONFIG} (it has the database's id)`);
  return 0;
};

await runScript(deploy);
