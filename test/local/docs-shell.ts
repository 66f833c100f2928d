import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAGE_NAMES } from "../../src/docs/pages.ts";
import { filledIn, SHOWN_ADDRESS } from "../../src/docs/tables.ts";
import { Run } from "./checkout.ts";

/** A block of code in the documentation: its language, what else its fence says, and its text. */
export interface Block {
  page: string;
  name: string;
  language: string;
  how: string;
  text: string;
}

/** The source of a page, as it is rendered. */
export const sourceOf = (page: string): string => filledIn(readFileSync(`src/docs/pages/${page}.md`, "utf8"));

/** All blocks of code in the order of the pages. */
export const blocks: readonly Block[] = PAGE_NAMES.filter((page) => page !== "api").flatMap((page) =>
  [...sourceOf(page).matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", how = "", text = ""], place) => ({
      page,
      name: `${page}, block ${place + 1}: ${text.split("\n")[0]?.slice(0, 60)}`,
      ...{ language, how, text },
    }),
  ),
);

/** What `npm ci` would bring is here already. */
const npmWithoutCi = (): string => {
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  return `#!/bin/sh\n[ "$1" = ci ] && exit 0\nexec ${npm} "$@"\n`;
};

/** A reader's shell: its variables and folder stay from one block to the next. */
export class DocsShell {
  readonly #folder = mkdtempSync(join(tmpdir(), "muster-docs-"));
  readonly #running: Run[] = [];
  readonly #address: string;
  readonly #env: Record<string, string>;

  constructor(address: string, env: Record<string, string>) {
    this.#address = address;
    const bin = join(this.#folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npm"), npmWithoutCi(), { mode: 0o755 });
    writeFileSync(join(this.#folder, "variables"), "");
    this.#env = { ...env, HOME: this.#folder, PATH: `${bin}:${process.env.PATH}` };
  }

  /** The folder of a page's commands. */
  folderOf(page: string): string {
    const folder = join(this.#folder, page);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** The block with the service's own address, as a page shows it. */
  shown = (text: string): string => text.replaceAll(SHOWN_ADDRESS, this.#address);

  #lines({ page, how, text }: Block): string {
    const variables = join(this.#folder, "variables");
    const folder = how.startsWith("clone") ? process.cwd() : this.folderOf(page);
    return `set -euo pipefail\n. ${variables}\ncd ${folder}\n${this.shown(text)}\nexport -p > ${variables}`;
  }

  /** Runs a block to its end. Throws, with what it said, if a command of it fails. */
  run(
    block: Block,
    { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
  ): Promise<string> {
    return new Promise((done, failed) => {
      const child = spawn("bash", ["-c", this.#lines(block)], {
        env: { ...process.env, ...this.#env, ...env },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      child.stdin.on("error", () => undefined).end(input);
      child.on("error", failed);
      child.on("close", (code) =>
        code === 0 ? done(output) : failed(new Error(`it exits with ${code} and says:\n${output}`)),
      );
    });
  }

  /** Starts a block that goes on, and waits until it says what its fence says. */
  async start(block: Block): Promise<void> {
    const [, words = ""] = block.how.split("until ");
    const run = new Run(this.#folder, ["bash", "-c", this.#lines(block)], this.#env);
    this.#running.push(run);
    await run.says(words, 400);
  }

  async leave(): Promise<void> {
    for (const run of this.#running.toReversed()) {
      run.signalGroup("SIGINT");
      await run.groupEnds();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
