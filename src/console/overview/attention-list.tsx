import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { FormKeys } from "../parts/form.tsx";
import { DOUBT, Empty, jobPath, reasonText } from "../parts/job.tsx";
import { PresenceMark, StatusMark } from "../parts/status.tsx";
import { Ago, Time } from "../parts/time.tsx";
import type { Attention, Doubtful, Failing, Waiting } from "./attention.ts";
import type { Overview } from "./view.ts";

/** For how long something can be acknowledged, in hours. */
const HOURS = [
  { hours: 4, words: "4 hours" },
  { hours: 24, words: "1 day" },
  { hours: 168, words: "7 days" },
] as const;
const USUAL_HOURS = 24;

/** The address of what is acknowledged, and its name. */
const subjectOf = (item: Attention) =>
  item.kind === "failing"
    ? {
        path: `/console/projects/${item.projectId}/schedules/${item.scheduleId}`,
        name: item.scheduleName,
        acknowledge: "acknowledgeSchedule" as const,
        unacknowledge: "unacknowledgeSchedule" as const,
      }
    : {
        path: `/console/hosts/${item.hostId}`,
        name: item.hostName,
        acknowledge: "acknowledgeHost" as const,
        unacknowledge: "unacknowledgeHost" as const,
      };

/** The form that all buttons of the list send, each to an address of its own. */
const FORM = "attend";

const Act = ({ to, label, what }: { to: string; label: string; what: string }) => (
  <button type="submit" form={FORM} formaction={to}>
    {label}
    <span class="unseen"> {what}</span>
  </button>
);

/** The form of the list's buttons, and for how long its "Acknowledge" is meant. */
const Acting = ({ maySetTime }: { maySetTime: boolean }) => (
  <form method="post" id={FORM} class="row">
    <FormKeys />
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

/** A line with its mark, what it says, and what can be done about it. Its id keeps what is opened in it at its line. */
const Line = ({
  id,
  mark,
  actions,
  children,
}: {
  id: string;
  mark: Child;
  actions: Child;
  children: Child;
}) => (
  <li class="attention" id={id}>
    <div>{mark}</div>
    <div>{children}</div>
    <div class="row">{actions}</div>
  </li>
);

const Acknowledged = ({ item }: { item: Attention }) =>
  item.acknowledged === null ? null : (
    <span class="quiet block">
      acknowledged by {item.acknowledged.by} until <Time at={item.acknowledged.until} />
    </span>
  );

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

const timesText = ({ times, isAtLeast }: Failing): string =>
  times === 1 ? "failed" : `failed ${isAtLeast ? "at least " : ""}${times} times since`;

const FailingLine = ({ item, actions }: { item: Failing; actions: Child }) => (
  <Line id={`failing-${item.scheduleId}`} mark={<StatusMark status="FAILED" />} actions={actions}>
    <p>
      <a href={`/console/projects/${item.projectId}/schedules/${item.scheduleId}`}>{item.scheduleName}</a>
      {": "}
      <a href={`/console/jobs?schedule=${item.scheduleId}&status=FAILED`}>
        {timesText(item)} <Time at={item.since} />
      </a>
      {item.isOver && ", passed since"}
    </p>
    <p class="quiet">
      {item.projectName}, last <a href={jobPath(item.projectId, item.jobId)}>#{item.jobId}</a> on{" "}
      <a href={`/console/hosts/${item.hostId}`}>{item.hostName}</a>
      {item.reason === null ? "" : `: ${reasonText(item.reason)}`}
    </p>
    <Acknowledged item={item} />
  </Line>
);

const WaitingLine = ({ item, actions }: { item: Waiting; actions: Child }) => {
  const isOffline = item.presence === "Offline";
  const jobs = item.jobs === 1 ? "1 job" : `${item.jobs} jobs`;
  return (
    <Line
      id={`waiting-${item.hostId}`}
      mark={isOffline ? <PresenceMark presence="Offline" /> : <StatusMark status="NOT_RUN" />}
      actions={actions}
    >
      <p>
        <a href={`/console/hosts/${item.hostId}`}>{item.hostName}</a>
        {": "}
        <a href={`/console/jobs?host=${item.hostId}&status=NOT_RUN`}>
          {jobs} {item.jobs === 1 ? "waits" : "wait"} past {item.jobs === 1 ? "its" : "their"} time
        </a>
      </p>
      <p class="quiet">
        {item.jobs === 1 ? "" : "the oldest is "}
        <a href={jobPath(item.projectId, item.jobId)}>
          {item.scheduleName} #{item.jobId}
        </a>
        , due <Ago at={item.at} />
      </p>
      <Acknowledged item={item} />
    </Line>
  );
};

const DoubtfulLine = ({ item, actions }: { item: Doubtful; actions: Child }) => (
  <Line id={`doubtful-${item.id}`} mark={<StatusMark status="RUNNING" />} actions={actions}>
    <p>
      <a href={jobPath(item.projectId, item.id)}>
        {item.scheduleName} #{item.id}
      </a>{" "}
      is in doubt
    </p>
    <p class="quiet">
      on <a href={`/console/hosts/${item.hostId}`}>{item.hostName}</a>: {DOUBT}
    </p>
    <Acknowledged item={item} />
  </Line>
);

const LineOf = ({ item, actions }: { item: Attention; actions: Child }) => {
  switch (item.kind) {
    case "failing":
      return <FailingLine item={item} actions={actions} />;
    case "waiting":
      return <WaitingLine item={item} actions={actions} />;
    case "doubtful":
      return <DoubtfulLine item={item} actions={actions} />;
  }
};

const Unacknowledge = ({ item }: { item: Attention }) => {
  const { path, name, unacknowledge } = subjectOf(item);
  return mayDo(usePageContext().actor, unacknowledge) ? (
    <Act to={`${path}/unacknowledge`} label="Ask again" what={`about ${name}`} />
  ) : null;
};

/** What needs somebody, grouped, the most urgent first; below it, folded, what somebody has acknowledged. */
export const AttentionList = ({ attention: { open, isCut, acknowledged } }: Pick<Overview, "attention">) => (
  <>
    {open.length + acknowledged.length > 0 && (
      <Acting maySetTime={open.length > 0 && mayDo(usePageContext().actor, "acknowledgeSchedule")} />
    )}
    {open.length === 0 ? (
      <Empty title="Nothing needs you now">
        <p>Schedules that fail, jobs that wait past their time and runs in doubt show up here.</p>
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
    {isCut && (
      <p class="quiet">
        There is more: all <a href="/console/jobs?status=FAILED&within=168">failed</a> and all{" "}
        <a href="/console/jobs?status=NOT_RUN">overdue</a> jobs.
      </p>
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
