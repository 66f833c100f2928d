import type { JobRead } from "./judge.ts";
import type { Ledger } from "./ledger.ts";

const SHOWN = 30;

export interface Result {
  seed: number;
  kills: number;
  /** How many of the kills came before the server answered. */
  prefetched: number;
  ledger: Ledger;
  jobs: readonly JobRead[];
  violations: readonly string[];
  tookMs: number;
}

/** `3 FAILED, 2 PLANNED`: how often each is there. */
const tally = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => `${all.length} ${name}`)
    .sort((one, other) => Number.parseInt(other, 10) - Number.parseInt(one, 10))
    .join(", ") || "none";

/** What the run did, a line each. */
export const summaryOf = ({
  seed,
  kills,
  prefetched,
  ledger,
  jobs,
  violations,
  tookMs,
}: Result): string[] => {
  const { counts, started, ended, asked, refusals } = ledger;
  const writes = counts.schedules + counts.reruns + started.length + ended.length + asked.length;
  const moves = jobs.flatMap(({ history }) => history);
  const row = (name: string, text: string | number) => `${name.padEnd(20)} ${text}`;
  return [
    "",
    row("crash run", `seed ${seed}, ${(tookMs / 1000).toFixed(0)} s`),
    row("kills", `${kills} (${prefetched} of them before the server answered)`),
    row(
      "requests",
      `${ledger.requests}, ${ledger.answers} of them done, ${ledger.unanswered} unanswered and sent again`,
    ),
    row(
      "acknowledged writes",
      `${writes}: ${counts.schedules} schedules, ${counts.reruns} reruns, ${started.length} RUNNING, ` +
        `${ended.length} ends, ${asked.length} requests to cancel`,
    ),
    row(
      "besides",
      `${counts.polls} polls, ${counts.pings} pings, ${counts.leases} leases, ${counts.renewals} renewals, ` +
        `${counts.given_back} given back, ${ledger.abandoned} runs abandoned`,
    ),
    row("refused", tally(Object.entries(refusals).flatMap(([code, times]) => Array(times).fill(code)))),
    row("jobs", `${jobs.length}: ${tally(jobs.map(({ status }) => status))}`),
    row(
      "attempts",
      jobs.reduce((sum, { attempt }) => sum + attempt, 0),
    ),
    row("reasons", tally(moves.flatMap(({ reason }) => (reason === null ? [] : [reason])))),
    row("violations", violations.length),
    ...violations.slice(0, SHOWN).map((violation) => `  ${violation}`),
    ...(violations.length > SHOWN ? [`  and ${violations.length - SHOWN} more`] : []),
  ];
};
