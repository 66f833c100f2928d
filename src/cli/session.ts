import { type Connection, connectTo, SHORT } from "./connection.ts";
import { findLogin, type Variables } from "./login-file.ts";
import type { CommandLine } from "./options.ts";
import type { Patience } from "./patient-fetch.ts";
import type { Terminal } from "./terminal.ts";

/** What a command is given. */
export interface Session {
  line: CommandLine;
  env: Variables;
  terminal: Terminal;
}

export const wantsJson = ({ line }: Session): boolean => line.flags.json === true;

/** Asks the service as the user is logged in. Throws `Plain`. */
export const connection = ({ line, env, terminal }: Session, patience: Partial<Patience> = {}): Connection =>
  connectTo(findLogin(line, env), { ...SHORT, onTrouble: terminal.say, ...patience });

/** Prints rows as a table, or as JSON. */
export const printList = <Row>(
  session: Session,
  rows: readonly Row[],
  lines: (rows: readonly Row[]) => readonly string[],
): void => {
  const { terminal } = session;
  if (wantsJson(session)) terminal.print(JSON.stringify(rows, null, 2));
  else for (const line of lines(rows)) terminal.print(line);
};
