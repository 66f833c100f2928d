import { printable, spanOf } from "../programs/screen.ts";
import { addSummary, annotationsOf, inGithub, summaryOf, withoutCommands } from "./github.ts";
import { countsOf, type Failure, failureLines, readFailures, writeJunit } from "./results.ts";
import { connection, type Session, wantsJson } from "./session.ts";
import type { JobRead, RunPath } from "./wait-for-end.ts";

/** Results may be large. */
const READ_MS = 5 * 60_000;

interface End {
  job: JobRead;
  ms: number;
  /** The file to write the results to. */
  junit: string | undefined;
  stop: AbortSignal;
}

const endLines = ({ job, ms }: End, failures: readonly Failure[]): string[] => {
  const { reason, note } = job.history.at(-1) ?? { reason: null, note: null };
  const counts = countsOf(job);
  const words = [
    `job ${job.job_id} ${job.status} after ${spanOf(ms)}`,
    ...(reason === null ? [] : [` (${reason})`]),
    ...(counts === undefined ? [] : [`: ${counts}`]),
  ];
  // Without a report of tests the host's note is all that says why.
  const noted = job.status !== "COMPLETED" && failures.length === 0 && note ? note.split("\n").slice(-5) : [];
  return [words.join(""), ...noted.map((line) => `  ${printable(line)}`), ...failureLines(failures)];
};

/** Shows how a run ended: to people, to programs, to GitHub Actions, and in a file. */
export const showEnd = async (
  session: Session,
  run: RunPath & { address: string },
  end: End,
): Promise<void> => {
  const { terminal, env } = session;
  const { job, junit, stop } = end;
  const asked = connection(session, { tryMs: READ_MS, patienceMs: READ_MS, signal: stop });
  const failures = await readFailures(asked, run, job);
  if (wantsJson(session)) {
    const { job_id, status, attempt, results, exit_code } = job;
    const ms = Math.round(end.ms);
    terminal.print(
      JSON.stringify({ event: "ended", job: job_id, status, attempt, results, exit_code, ms, failures }),
    );
  } else if (inGithub(env)) {
    const { resume } = withoutCommands(terminal);
    for (const line of endLines(end, failures)) terminal.print(line);
    resume();
    for (const line of annotationsOf(failures)) terminal.print(line);
  } else for (const line of endLines(end, failures)) terminal.print(line);
  if (inGithub(env)) addSummary(env, summaryOf(job, { address: run.address, failures }), terminal);
  if (junit !== undefined) await writeJunit(asked, run, junit);
};
