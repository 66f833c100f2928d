import { Refused } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { VERSION } from "../programs/version.ts";
import { completionOf } from "./completion.ts";
import { doctor } from "./doctor.ts";
import { exportInstallation } from "./export.ts";
import { importFile } from "./import-file.ts";
import { Interrupts } from "./interrupts.ts";
import { listHosts, listJobs, listSchedules } from "./lists.ts";
import { logIn, logOut } from "./log-in.ts";
import type { Command } from "./options.ts";
import { Unanswered } from "./patient-fetch.ts";
import { printLog } from "./print-log.ts";
import { restoreInstallation } from "./restore.ts";
import { EXITS, runTests } from "./run.ts";
import type { Session } from "./session.ts";
import { tokens } from "./tokens.ts";

const COMMANDS: Record<Command, (session: Session) => Promise<number>> = {
  login: logIn,
  logout: logOut,
  hosts: listHosts,
  jobs: listJobs,
  schedules: listSchedules,
  run: (session) => runTests(session, new Interrupts().listen()),
  logs: printLog,
  import: importFile,
  tokens,
  export: exportInstallation,
  restore: restoreInstallation,
  doctor,
  completion: async ({ line, terminal }) => {
    terminal.write(completionOf(line.words[0]));
    return 0;
  },
  version: async ({ terminal }) => {
    terminal.print(`muster ${VERSION}`);
    return 0;
  },
};

/** The exit code of an error that a user can act on, once it is said; any other error is thrown. */
const exitOf = (error: unknown, { terminal }: Session): number => {
  if (error instanceof Unanswered) {
    terminal.say(error.message);
    return EXITS.timedOut;
  }
  if (error instanceof Refused || error instanceof Plain) {
    const isOfToken = error instanceof Refused && error.status === 401;
    terminal.say(isOfToken ? `${error.message} (muster login keeps another)` : error.message);
    return EXITS.refused;
  }
  throw error;
};

/** Runs a command. Gives the exit code. */
export const runCommand = async (session: Session): Promise<number> => {
  try {
    return await COMMANDS[session.line.command](session);
  } catch (error) {
    return exitOf(error, session);
  }
};
