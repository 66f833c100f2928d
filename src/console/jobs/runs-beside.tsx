import { usePageContext } from "../page-context.ts";
import { jobPath } from "../parts/job.tsx";
import { SmallMark, STATUS_WORDS } from "../parts/status.tsx";
import { clockText, Time } from "../parts/time.tsx";
import type { RunBeside } from "./run-store.ts";
import type { JobPage } from "./view.ts";

const Near = ({ projectId, run, children }: { projectId: number; run: RunBeside; children: string }) => (
  <a href={jobPath(projectId, run.id)}>
    {children} <span class="unseen">{STATUS_WORDS[run.status]}</span>
  </a>
);

/** The last runs of a job's schedule, newest right, this one marked; the one before, the one after, the last that passed. */
export const RunsBeside = ({ page: { job, runs, before, after, passed } }: { page: JobPage }) => {
  const { zone, now } = usePageContext();
  if (runs.length === 0) return null;
  return (
    <div>
      <p class="quiet">The last {runs.length === 1 ? "run" : `${runs.length} runs`} of its schedule</p>
      <div class="marks">
        {runs.toReversed().map(({ id, status, scheduledAt }) =>
          id === job.id ? (
            <span class={`dot here ${status.toLowerCase()}`} title="This run">
              This run
            </span>
          ) : (
            <SmallMark
              status={status}
              href={jobPath(job.projectId, id)}
              label={`${STATUS_WORDS[status]}, ${clockText(scheduledAt, zone, { now })}`}
            />
          ),
        )}
      </div>
      <p class="row">
        {before !== undefined && (
          <Near projectId={job.projectId} run={before}>
            Previous run
          </Near>
        )}
        {after !== undefined && (
          <Near projectId={job.projectId} run={after}>
            Next run
          </Near>
        )}
      </p>
      {passed === undefined ? (
        <p class="quiet">None of them passed</p>
      ) : (
        passed.id !== job.id && (
          <p class="quiet">
            Passed last on{" "}
            <a href={jobPath(job.projectId, passed.id)}>
              <Time at={passed.endedAt} />
            </a>
          </p>
        )
      )}
    </div>
  );
};
