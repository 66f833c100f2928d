import { mayDo } from "../../access/permissions.ts";
import { earlierAttempts } from "../files/job-files.tsx";
import { usePageContext } from "../page-context.ts";
import { logPath } from "./test-parts.tsx";

interface Of {
  projectId: number;
  id: number;
  attempt: number;
  startedAt: number | null;
}

/** Tells assets/log.js which attempt's output there is to follow. It stands in the part of the page that is refreshed. */
export const LogAttempt = ({ job: { attempt, startedAt } }: { job: Of }) =>
  startedAt === null ? null : <span id="log-attempt" hidden data-attempt={attempt} />;

/** A run's output, which assets/log.js fills in and follows. Without scripts it is a link to the text. */
export const JobLog = ({ job: { projectId, id, attempt, startedAt } }: { job: Of }) => {
  const { actor } = usePageContext();
  if (!mayDo(actor, "readLog")) return null;
  const path = logPath(projectId, id);
  const earlier = earlierAttempts(attempt);
  return (
    <section class="card" id="output">
      <h2>Output</h2>
      <p class="row">
        {startedAt === null ? (
          <span class="quiet">Nothing was written yet.</span>
        ) : (
          <a href={path}>Output as text</a>
        )}
        {earlier.map((each) => (
          <a href={`${path}?attempt=${each}`}>Of attempt {each}</a>
        ))}
      </p>
      <div id="log" class="log" data-log={path} hidden>
        <div class="row">
          <button type="button" data-log-failure="">
            First failure
          </button>
          <button type="button" data-log-end="">
            To the end
          </button>
          <label for="log-search">Search</label>
          <input type="search" id="log-search" />
          <button type="button" data-log-next="">
            Next
          </button>
          <span role="status" data-log-found="" />
        </div>
        <section class="log-text" tabindex={0} aria-label="Output" data-log-text="" />
        <p class="quiet" data-log-state="" />
      </div>
      <script src="/assets/log.js" type="module"></script>
    </section>
  );
};
