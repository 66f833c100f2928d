import spawn from "cross-spawn";
import { Plain, ROOT, reasonOf } from "../options.ts";
import { cureOf } from "./cures.ts";

/** How a command of wrangler ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  /** All that it printed, in the order of its coming. */
  output: string;
}

export interface Command {
  args: readonly string[];
  /** What it reads; it is never asked anything else. */
  input?: string;
  environment?: Record<string, string>;
}

const LAST_LINES = 40;

/** What the commands are given beside the caller's environment: one account, no questions, no colours. */
const QUIET = {
  NO_COLOR: "1",
  FORCE_COLOR: "0",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "log",
  WRANGLER_LOG_SANITIZE: "true",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
};

/** Runs wrangler to its end. npm puts the one that this repository brings first on the PATH. */
const end = ({ args, input = "", environment = {} }: Command): Promise<Ended> =>
  new Promise((ended, failed) => {
    // The token is for the service alone, and would not be read from there anyway.
    const { ADMIN_TOKEN: _, ...own } = process.env;
    const child = spawn("wrangler", [...args], {
      cwd: ROOT,
      env: { ...own, ...QUIET, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", (error) => {
      const missing = Reflect.get(error, "code") === "ENOENT";
      failed(
        new Plain(
          missing
            ? "wrangler is not here: npm ci brings it, and npm run deploy finds it"
            : `wrangler can't be started: ${reasonOf(error)}`,
        ),
      );
    });
    child.on("close", (code) => ended({ code, stdout, output }));
    // It may end without reading.
    child.stdin?.on("error", () => undefined).end(input);
  });

/** Runs wrangler. Throws, with what it said and what to do, if it fails. `doing` says what failed: "making the database". */
export const runWrangler = async (doing: string, command: Command): Promise<Ended> => {
  const ended = await end(command);
  if (ended.code === 0) return ended;
  throw failureOf(doing, command, ended);
};

/** Runs wrangler, whose failing with these words is an answer: undefined is returned. */
export const tryWrangler = async (
  doing: string,
  command: Command,
  answer: RegExp,
): Promise<Ended | undefined> => {
  const ended = await end(command);
  if (ended.code === 0) return ended;
  if (answer.test(ended.output)) return undefined;
  throw failureOf(doing, command, ended);
};

/** What failed, in words. */
export const failureOf = (doing: string, { args }: Command, { code, output }: Ended): Plain => {
  const said = output.trim().split("\n").slice(-LAST_LINES).join("\n");
  return new Plain(
    [
      `${doing} failed: wrangler ${args.join(" ")} ended with ${code ?? "a signal"}${said ? " and said" : ""}`,
      ...(said ? [said.replaceAll(/^/gm, "  ")] : []),
      cureOf(output),
    ].join("\n"),
  );
};
