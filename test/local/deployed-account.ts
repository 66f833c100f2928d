import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { join, resolve } from "node:path";
import { Checkout, Run } from "./checkout.ts";
import { type Call, emptyAccount, type StandIn } from "./stand-in-wrangler.ts";

const STAND_IN = resolve("test/local/stand-in-wrangler.ts");

/** What must not reach a deployment from the machine that tests run on. */
const CLEARED = { CI: "", CLOUDFLARE_ACCOUNT_ID: "", CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_ENV: "" };

/** One more of what a team may add, so that nothing is made by a list of its own. */
const ADDED = `
[[queues.producers]]
binding = "ADDED"
queue = "added-by-a-team"

[[queues.consumers]]
queue = "added-by-a-team"
dead_letter_queue = "added-for-the-dead"
`;

/** A clone, an account beside it that a stand-in for wrangler plays, and the deployed service's address. */
export class DeployedAccount {
  readonly checkout = new Checkout();
  readonly #bin = this.checkout.path("stand-in");
  readonly #state = this.checkout.path("account.json");
  readonly #calls = this.checkout.path("calls.ndjson");
  readonly #service: Server = createServer((request, response) => {
    response.writeHead(request.url === "/health" ? 200 : 404).end();
  });
  readonly #runs: Run[] = [];
  address = "";

  async begin(): Promise<void> {
    appendFileSync(this.checkout.path("wrangler.toml"), ADDED);
    mkdirSync(this.#bin);
    const program = join(this.#bin, "wrangler");
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${STAND_IN}" "$@"\n`);
    chmodSync(program, 0o755);
    await new Promise<void>((listening) => this.#service.listen(0, "127.0.0.1", listening));
    const at = this.#service.address();
    this.address = `http://127.0.0.1:${typeof at === "object" && at ? at.port : 0}`;
    this.reset();
  }

  /** An empty account, or one that differs from it so. */
  reset(differing: Partial<StandIn> = {}): void {
    writeFileSync(this.#state, JSON.stringify({ ...emptyAccount(this.address), ...differing }));
    rmSync(this.#calls, { force: true });
  }

  read(): StandIn {
    return JSON.parse(readFileSync(this.#state, "utf8"));
  }

  change(change: Partial<StandIn>): void {
    writeFileSync(this.#state, JSON.stringify({ ...this.read(), ...change }));
  }

  /** The commands since the last `reset` or `forget`. */
  calls(): Call[] {
    if (!existsSync(this.#calls)) return [];
    return readFileSync(this.#calls, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  /** The first words of each command that changes the account, in order. */
  deeds(): string[] {
    const deeds =
      /^(d1 create|d1 migrations apply|r2 bucket create|queues create|secret put|deploy)\b.*?(?= --|$)/;
    return this.calls().flatMap(({ args }) => deeds.exec(args.join(" "))?.[0] ?? []);
  }

  forget(): void {
    rmSync(this.#calls, { force: true });
  }

  /** The variables by which the stand-in is found and plays. */
  variables(): Record<string, string> {
    const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const journal = JSON.parse(readFileSync("drizzle/meta/_journal.json", "utf8"));
    return {
      ...CLEARED,
      PATH: `${this.#bin}:${process.env.PATH}`,
      STAND_IN_STATE: this.#state,
      STAND_IN_CALLS: this.#calls,
      STAND_IN_VERSION: devDependencies.wrangler,
      STAND_IN_MIGRATIONS: JSON.stringify(journal.entries.map(({ tag }: { tag: string }) => `${tag}.sql`)),
    };
  }

  /** Runs `npm run deploy` with these arguments, without npm. */
  deploy(
    args: string[],
    variables: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    return this.checkout.finish(["deploy", ...args], { ...this.variables(), ...variables });
  }

  /** Runs it on a terminal, where a person types. */
  async deployAsked(typed: string): Promise<{ code: number | null; output: string }> {
    const program = `"${process.execPath}" --no-warnings src/local/deploy.ts`;
    const [shown, over] = [this.checkout.path("terminal"), this.checkout.path("terminal-over")];
    for (const path of [shown, over]) rmSync(path, { force: true });
    // Types once it is asked, and stays at the terminal until the program has ended.
    const waits = (until: string) => `until ${until} || [ -f "${over}" ]; do sleep 0.1; done`;
    const person = `${waits(`grep -q "Do this?" "${shown}" 2>/dev/null`)}; printf '%s' '${typed}'; ${waits("false")}`;
    const terminal = `script --quiet --flush --return --command '${program}' "${shown}"; code=$?; touch "${over}"; exit $code`;
    const run = new Run(
      this.checkout.directory,
      ["sh", "-c", `(${person}) | { ${terminal}; }`],
      this.variables(),
    );
    this.#runs.push(run);
    return { code: await run.ends(), output: run.output };
  }

  async end(): Promise<void> {
    for (const run of this.#runs) run.signalGroup("SIGKILL");
    this.#service.close();
    await this.checkout.discard();
  }
}
