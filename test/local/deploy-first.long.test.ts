import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DeployedAccount } from "./deployed-account.ts";

const account = new DeployedAccount();

const FIRST_DEEDS = [
  "d1 create muster",
  "r2 bucket create muster-results",
  "queues create added-by-a-team",
  "queues create added-for-the-dead",
  "d1 migrations apply DB",
  "secret put ADMIN_TOKEN",
  "deploy",
];
const LATER_DEEDS = ["d1 migrations apply DB", "deploy"];

const TOKEN = /^ADMIN_TOKEN is ([0-9a-f]{48})$/gm;
const shownTokens = (output: string): string[] => [...output.matchAll(TOKEN)].map(([, token = ""]) => token);

beforeAll(async () => {
  await account.begin();
});
beforeEach(() => account.reset());
afterAll(() => account.end());

describe("the first npm run deploy", () => {
  test("says what it will do, makes all that wrangler.toml names, and where the service answers", async () => {
    const toml = account.checkout.read("wrangler.toml");
    const first = await account.deploy(["--yes"]);
    expect(first).toMatchObject({ code: 0 });
    for (const line of [
      /database +muster +is made/,
      /bucket +muster-results +is made/,
      /queue +added-by-a-team +is made/,
      /queue +added-for-the-dead +is made/,
      /tables +muster +\d+ migrations are applied/,
      /secret +ADMIN_TOKEN +is made at random, set, and shown once/,
      /Worker +muster +is made/,
    ])
      expect(first.output.slice(0, first.output.indexOf("The database"))).toMatch(line);
    expect(first.output).toContain(`Muster answers at ${account.address}`);
    expect(account.deeds().filter((deed) => !deed.includes("queues create muster"))).toEqual(FIRST_DEEDS);
    // The token is shown once, and given to wrangler where no list of processes has it.
    const tokens = shownTokens(first.output);
    expect(tokens).toHaveLength(1);
    expect(account.read().worker?.secrets).toEqual({ ADMIN_TOKEN: tokens[0] });
    for (const { args } of account.calls()) expect(args.join(" ")).not.toContain(tokens[0]);
    expect(first.output.split(tokens[0] ?? "")).toHaveLength(2);
    // Each command goes to the account that was shown, whatever was chosen on this machine before.
    const inAccount = account
      .calls()
      .filter(({ args: [first] }) => first !== "whoami" && first !== "--version");
    expect(new Set(inAccount.map((call) => call.account))).toEqual(new Set(["a".repeat(32)]));
    // wrangler.toml stays as it is, and the database's id stands beside it.
    expect(account.checkout.read("wrangler.toml")).toBe(toml);
    const kept = JSON.parse(account.checkout.read("wrangler.deploy.json"));
    expect(kept.d1_databases[0].database_id).toBe(account.read().databases[0]?.uuid);
  });

  test("is followed by ones that only migrate and deploy, in another clone as in this", async () => {
    await account.deploy(["--yes"]);
    account.forget();
    rmSync(account.checkout.path("wrangler.deploy.json"));
    const again = await account.deploy(["--yes"]);
    expect(again).toMatchObject({ code: 0 });
    expect(account.deeds()).toEqual(LATER_DEEDS);
    expect(again.output).toMatch(/secret +ADMIN_TOKEN +is set, and stays as it is/);
    expect(again.output).toMatch(/tables +muster +has all \d+ migrations/);
    expect(shownTokens(again.output)).toEqual([]);
    expect(account.read().worker?.deployments).toBe(2);
  });
});

test("a token whose setting was not answered is the one that was shown, and stays", async () => {
  account.change({ failing: { "secret put": { text: "fetch failed", isDone: true } } });
  const broken = await account.deploy(["--yes"]);
  expect(broken.code).toBe(1);
  expect(broken.output).toContain("Cloudflare's API can't be reached from here");
  expect(broken.output).toContain("npm run deploy goes on from there");
  account.change({ failing: {} });
  const again = await account.deploy(["--yes"]);
  expect(again.code).toBe(0);
  expect(shownTokens(broken.output)).toEqual([account.read().worker?.secrets.ADMIN_TOKEN]);
  expect(shownTokens(again.output)).toEqual([]);
});

describe("npm run deploy", () => {
  const SOMETHING = { name: "muster", uuid: crypto.randomUUID(), tables: ["customers"], applied: [] };

  test("does nothing unasked where there is no terminal", async () => {
    const { code, output } = await account.deploy([]);
    expect(code).toBe(1);
    expect(output).toContain("Nothing was done: there is no terminal to ask on. npm run deploy -- --yes");
    expect(account.deeds()).toEqual([]);
  });

  test("says what to do where nobody is logged in", async () => {
    account.reset({ loggedIn: false });
    const { code, output } = await account.deploy(["--yes"]);
    expect(code).toBe(1);
    expect(output).toMatch(
      /Nobody is logged in at Cloudflare: log in with: npx wrangler login\. .*CLOUDFLARE_API_TOKEN/,
    );
    expect(account.deeds()).toEqual([]);
  });

  test("wants to be told which of several accounts is meant, and sends each command to that one", async () => {
    const accounts = ["b", "c"].map((letter) => ({ id: letter.repeat(32), name: `Team ${letter}` }));
    account.reset({ accounts });
    const unsaid = await account.deploy(["--yes"]);
    expect(unsaid.code).toBe(1);
    expect(unsaid.output).toMatch(
      /has 2 accounts: set CLOUDFLARE_ACCOUNT_ID .*\n {2}b+ {2}Team b\n {2}c+ {2}Team c/,
    );
    account.forget();
    const said = await account.deploy(["--yes"], { CLOUDFLARE_ACCOUNT_ID: "c".repeat(32) });
    expect(said.code).toBe(0);
    expect(said.output).toContain("the account Team c (");
    expect(new Set(account.calls().map((call) => call.account))).toEqual(new Set(["c".repeat(32)]));
  });

  test("does not touch a database of that name that holds something else", async () => {
    account.reset({ databases: [SOMETHING] });
    const { code, output } = await account.deploy(["--yes"]);
    expect(code).toBe(1);
    expect(output).toContain(
      "the database muster holds something else (customers): give Muster's another name",
    );
    expect(account.deeds()).toEqual([]);
  });

  test("looks again at a database that somebody else made meanwhile, and takes buckets and queues as they are", async () => {
    const meanwhile = { text: "it already exists", isDone: true };
    account.change({ failing: { "d1 create": meanwhile } });
    const first = await account.deploy(["--yes"]);
    expect(first.code).toBe(1);
    expect(first.output).toContain("was made by somebody else just now: start again");
    account.change({ failing: { "r2 bucket create": meanwhile, "queues create": meanwhile } });
    const second = await account.deploy(["--yes"]);
    expect(second.output).toContain("The bucket muster-results was there already");
    expect(second.code).toBe(0);
  });

  test("says that a later version's migrations are there", async () => {
    await account.deploy(["--yes"]);
    const [database] = account.read().databases;
    account.change({
      databases: [{ ...SOMETHING, ...database, applied: [...(database?.applied ?? []), "9999_later.sql"] }],
    });
    const { output } = await account.deploy(["--yes"]);
    expect(output).toMatch(/9999_later\.sql +is there, of a later version: this deploys an earlier one/);
  });

  test("sets the token that it is given, and shows it nowhere", async () => {
    const token = "a-token-of-the-pipeline";
    const { code, output } = await account.deploy(["--yes"], { ADMIN_TOKEN: token, CI: "true" });
    expect(code).toBe(0);
    expect(output).not.toContain(token);
    expect(account.read().worker?.secrets).toEqual({ ADMIN_TOKEN: token });
    expect(account.calls().flatMap(({ secrets }) => secrets)).toEqual([]);
  });

  test.each([
    [{ CI: "true" }, "a new one would be shown in the log of this job"],
    [{ ADMIN_TOKEN: "short" }, "ADMIN_TOKEN must be 16 characters or more"],
    [{ CLOUDFLARE_ENV: "staging" }, "npm run deploy knows no environments"],
    [{ STAND_IN_VERSION: "3.0.0" }, "the wrangler on the PATH is 3.0.0"],
  ])("refuses %j before it does anything", async (variables, words) => {
    const { code, output } = await account.deploy(["--yes"], variables);
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(account.deeds()).toEqual([]);
  });

  test.each([
    [
      "Please enable R2 through the Cloudflare Dashboard. [code: 10042]",
      "open R2 in the Cloudflare dashboard once",
    ],
    ["Authentication error [code: 10000]", "A token needs Workers Scripts: Edit"],
    ["Something unheard of", "See to what it says"],
  ])("says what to do where wrangler says %s", async (text, cure) => {
    account.change({ failing: { "r2 bucket list": { text, isDone: false } } });
    const { code, output } = await account.deploy(["--yes"]);
    expect(code).toBe(1);
    expect(output).toContain(text);
    expect(output).toContain(cure);
    expect(output).not.toMatch(/^ +at /m);
  });
});

describe("npm run deploy -- --dry-run", () => {
  test("says what it would do, and changes nothing", async () => {
    const { code, output } = await account.deploy(["--dry-run"]);
    expect(code).toBe(0);
    expect(output).toMatch(/It would do this in the account Example \(a+\):\n +database +muster +is made/);
    expect(output).toContain("Nothing was changed");
    expect(account.deeds()).toEqual(["deploy"]);
    expect(account.calls().at(-1)?.args).toContain("--dry-run");
    expect(account.read()).toMatchObject({ databases: [], buckets: [], queues: [], worker: null });
  });

  test("builds by the wrangler of this repository, where nobody is logged in", async () => {
    const path = [join(process.cwd(), "node_modules/.bin"), process.env.PATH].join(delimiter);
    const { code, output } = await account.deploy(["--dry-run"], {
      PATH: path,
      HOME: account.checkout.path("nobody"),
      XDG_CONFIG_HOME: account.checkout.path("nobody"),
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    });
    expect(output).toContain("nobody is logged in to look");
    expect(output).toContain("The Worker builds. Nothing was changed");
    expect(code).toBe(0);
  });
});
