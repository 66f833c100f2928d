import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { FormKeys } from "../parts/form.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import type { Attention, Failing } from "./attention.ts";
import { LineOf, subjectOf } from "./attention-lines.tsx";
import type { Overview } from "./view.ts";

/** For how long something can be acknowledged, in hours. */
const HOURS = [
  { hours: 4, words: "4 hours" },
  { hours: 24, words: "1 day" },
  { hours: 168, words: "7 days" },
] as const;
const USUAL_HOURS = 24;

/** The form that all buttons of the list send, each to an address of its own. */
const FORM = "attend";

const Act = ({ to, label, what }: { to: string; label: string; what: string }) => (
  <button type="submit" form={FORM} formaction={to}>
    {label}
    <span class="unseen"> {what}</span>
  </button>
);

/** The form of the list's buttons, and for how long its "Acknowledge" is meant. */
const Acting = ({ maySetTime, from }: { maySetTime: boolean; from: number | undefined }) => (
  <form method="post" id={FORM} class="row">
    <FormKeys />
    {from !== undefined && <input type="hidden" name="from" value={String(from)} />}
    {maySetTime && (
      <>
        <label for="hours" class="quiet">
          Acknowledge for
        </label>
        <select id="hours" name="hours">
          {HOURS.map(({ hours, words }) => (
            <option value={String(hours)} selected={hours === USUAL_HOURS}>
              {words}
            </option>
          ))}
        </select>
      </>
    )}
  </form>
);

const Acknowledge = ({ item }: { item: Attention }) => {
  const { path, name, acknowledge } = subjectOf(item);
  return mayDo(usePageContext().actor, acknowledge) ? (
    <Act to={`${path}/acknowledge`} label="Acknowledge" what={name} />
  ) : null;
};

const Again = ({ item }: { item: Failing }) => {
  if (item.rerunId !== null)
    return (
      <a class="button" href={jobPath(item.projectId, item.rerunId)}>
        Runs again as #{item.rerunId}
      </a>
    );
  return mayDo(usePageContext().actor, "rerunJob") ? (
    <Act
      to={`/console/attention/projects/${item.projectId}/jobs/${item.jobId}/rerun`}
      label="Run again"
      what={item.scheduleName}
    />
  ) : null;
};

const Unacknowledge = ({ item }: { item: Attention }) => {
  const { path, name, unacknowledge } = subjectOf(item);
  return mayDo(usePageContext().actor, unacknowledge) ? (
    <Act to={`${path}/unacknowledge`} label="Ask again" what={`about ${name}`} />
  ) : null;
};

/** The address of a page of all that needs attention. */
export const attentionPath = (from: number): string => `/console/attention${from > 0 ? `?from=${from}` : ""}`;

/** What needs somebody, grouped, the most urgent first; below it, folded, what somebody has acknowledged. */
export const AttentionList = ({
  attention: { open, isCut, next, acknowledged },
  from,
}: Pick<Overview, "attention"> & { from?: number }) => (
  <>
    {open.length + acknowledged.length > 0 && (
      <Acting
        maySetTime={open.length > 0 && mayDo(usePageContext().actor, "acknowledgeSchedule")}
        from={from}
      />
    )}
    {open.length === 0 ? (
      <Empty title="Nothing needs you now">
        <p>Schedules that fail, jobs that wait past their time, runs in doubt and alarms show up here.</p>
      </Empty>
    ) : (
      <ul class="lines">
        {open.map((item) => (
          <LineOf
            item={item}
            actions={
              <>
                {item.kind === "failing" && <Again item={item} />}
                <Acknowledge item={item} />
              </>
            }
          />
        ))}
      </ul>
    )}
    {isCut && from === undefined && (
      <p class="quiet">
        There is more: <a href={attentionPath(0)}>all that needs attention</a>, all{" "}
        <a href="/console/jobs?status=FAILED&within=168">failed</a> and all{" "}
        <a href="/console/jobs?status=NOT_RUN">overdue</a> jobs.
      </p>
    )}
    {from !== undefined && (
      <nav class="pager" aria-label="Pages">
        {from > 0 && <a href={attentionPath(0)}>First page</a>}
        {next !== undefined && <a href={attentionPath(next)}>Next page</a>}
      </nav>
    )}
    {acknowledged.length > 0 && (
      <details class="more" id="acknowledged">
        <summary>Acknowledged: {acknowledged.length}</summary>
        <ul class="lines">
          {acknowledged.map((item) => (
            <LineOf item={item} actions={<Unacknowledge item={item} />} />
          ))}
        </ul>
      </details>
    )}
  </>
);
