import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";
import { DOUBT, jobPath, reasonText } from "../parts/job.tsx";
import { PresenceMark, StatusMark } from "../parts/status.tsx";
import { Ago, Time } from "../parts/time.tsx";
import type { Alarm, Attention, Doubtful, Failing, Waiting } from "./attention.ts";

/** The address of what is acknowledged, and its name. */
export const subjectOf = (item: Attention) => {
  const schedule = (projectId: number, id: number, name: string) => ({
    path: `/console/projects/${projectId}/schedules/${id}`,
    name,
    acknowledge: "acknowledgeSchedule" as const,
    unacknowledge: "unacknowledgeSchedule" as const,
  });
  const host = (id: number, name: string) => ({
    path: `/console/hosts/${id}`,
    name,
    acknowledge: "acknowledgeHost" as const,
    unacknowledge: "unacknowledgeHost" as const,
  });
  if (item.kind === "failing") return schedule(item.projectId, item.scheduleId, item.scheduleName);
  if (item.kind !== "alarm") return host(item.hostId, item.hostName);
  return item.of === "schedule_never_ran"
    ? schedule(item.projectId, item.subjectId, item.subjectName)
    : host(item.subjectId, item.subjectName);
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
  const jobs = item.jobs === 1 ? "1 job" : `${item.jobs} jobs`;
  return (
    <Line
      id={`waiting-${item.hostId}`}
      mark={item.isOffline === 1 ? <PresenceMark presence="Offline" /> : <StatusMark status="NOT_RUN" />}
      actions={actions}
    >
      <p>
        <a href={`/console/hosts/${item.hostId}`}>{item.hostName}</a>
        {": "}
        <a
          href={`/console/jobs?host=${item.hostId}&${item.isOffline === 1 ? "waiting=1&order=oldest" : "status=NOT_RUN"}`}
        >
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

const AlarmMark = () => (
  <span class="mark not_run">
    <Icon name="not_run" />
    Alarm
  </span>
);

const AlarmLine = ({ item, actions }: { item: Alarm; actions: Child }) => (
  <Line id={`alarm-${item.alarmId}`} mark={<AlarmMark />} actions={actions}>
    <p>
      <a href={subjectOf(item).path}>{item.message}</a>
    </p>
    <p class="quiet">
      since <Time at={item.since} />
    </p>
    <Acknowledged item={item} />
  </Line>
);

/** What needs somebody, in a line. */
export const LineOf = ({ item, actions }: { item: Attention; actions: Child }) => {
  switch (item.kind) {
    case "failing":
      return <FailingLine item={item} actions={actions} />;
    case "waiting":
      return <WaitingLine item={item} actions={actions} />;
    case "doubtful":
      return <DoubtfulLine item={item} actions={actions} />;
    case "alarm":
      return <AlarmLine item={item} actions={actions} />;
  }
};
