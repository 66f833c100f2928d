import { Plain } from "../programs/plain-error.ts";
import { findProject } from "./find.ts";
import { followLog, writeLog } from "./follow-log.ts";
import { numberIn } from "./options.ts";
import { connection, type Session } from "./session.ts";

/** `muster logs`. Throws `Plain`, `Refused`, `Unanswered`. */
export const printLog = async (session: Session): Promise<number> => {
  const { line, env, terminal } = session;
  const [word = ""] = line.words;
  if (!/^[1-9]\d{0,14}$/.test(word)) throw new Plain("which job? muster logs JOB; muster jobs lists them");
  const attempt = numberIn(line, "attempt");
  const project = await findProject(connection(session), line, env);
  const path = { project, job: Number(word) };
  const asked = connection(session, { isStream: true });
  if (line.flags.follow === true) {
    await followLog(asked, path, { attempt, write: terminal.write });
    return 0;
  }
  await writeLog(asked, path, { attempt, from: 0, write: terminal.write });
  return 0;
};
