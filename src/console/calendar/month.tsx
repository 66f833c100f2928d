import { JOB_STATUSES } from "../../database/enums.ts";
import { DAY_MS } from "../../wire/durations.ts";
import { jobsPath } from "../jobs/filters.tsx";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { STATUS_WORDS } from "../parts/status.tsx";
import { monthBeside } from "./days.ts";
import { type CalendarDay, MAX_A_DAY, type readCalendar } from "./view.ts";

type Calendar = Awaited<ReturnType<typeof readCalendar>>;

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** How many blackouts a day names. */
const MAX_NAMED = 2;

const weekdayOf = (date: string): string =>
  WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? "";

const monthName = (month: string): string => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

const DayCell = ({
  day,
  project,
  month,
  today,
}: {
  day: CalendarDay;
  project: number;
  month: string;
  today: string;
}) => {
  const { date, jobs, coming, skipped, blackouts } = day;
  const total = JOB_STATUSES.reduce((sum, status) => sum + (jobs[status] ?? 0), 0);
  const kind = [
    date.startsWith(month) ? "" : "other",
    date === today ? "today" : "",
    total + coming + skipped + blackouts.length === 0 ? "bare" : "",
    blackouts.length === 0 ? "" : "closed",
  ];
  const weekday = weekdayOf(date);
  return (
    <td class={kind.filter(Boolean).join(" ")}>
      <p class="date">
        <span class="weekday">{weekday} </span>
        {Number(date.slice(8))}
        {date === today ? <span class="unseen"> (today)</span> : null}
      </p>
      {JOB_STATUSES.filter((status) => jobs[status]).map((status) => (
        <a
          class={`count ${status.toLowerCase()}`}
          href={jobsPath({
            project,
            status,
            from: `${date}T00:00`,
            to: `${dayAfter(date)}T00:00`,
            ...(status === "PLANNED" ? { order: "next" } : {}),
          })}
        >
          <Icon name={status.toLowerCase()} />
          {jobs[status]} <span class="word">{STATUS_WORDS[status].toLowerCase()}</span>
        </a>
      ))}
      {total >= MAX_A_DAY ? <p class="quiet">the first {MAX_A_DAY} of the day</p> : null}
      {coming > 0 ? <p class="quiet">{coming} to be planned</p> : null}
      {blackouts.slice(0, MAX_NAMED).map((name) => (
        <p class="blackout" title={name}>
          {name}
        </p>
      ))}
      {skipped > 0 ? <p class="quiet">{skipped} skipped: blackout</p> : null}
    </td>
  );
};

/** A project's month: planned runs and outcomes. */
export const Month = ({ calendar, month, today }: { calendar: Calendar; month: string; today: string }) => {
  const { projects, days, projectId } = calendar;
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, week) =>
    days.slice(week * 7, week * 7 + 7),
  );
  const to = (other: string) => `/console/calendar?project=${projectId}&month=${other}`;
  return (
    <>
      <search>
        <form class="filters" method="get" aria-label="Calendar">
          <ProjectChoice projects={projects} selected={projectId} />
          <input type="hidden" name="month" value={month} />
          <button type="submit">Show</button>
          <a class="button plain" href={`/console/projects/${projectId}/blackouts`}>
            Blackouts
          </a>
        </form>
      </search>
      <Live>
        <nav class="row months" aria-label="Months">
          <a class="button" href={to(monthBeside(month, -1))}>
            <span aria-hidden="true">←</span>
            <span class="unseen">The month before</span>
          </a>
          <h2>{monthName(month)}</h2>
          <a class="button" href={to(monthBeside(month, 1))}>
            <span aria-hidden="true">→</span>
            <span class="unseen">The month after</span>
          </a>
          {month === today.slice(0, 7) ? null : <a href={to(today.slice(0, 7))}>This month</a>}
        </nav>
        <table class="month">
          <caption class="unseen">{monthName(month)}</caption>
          <thead>
            <tr>
              {weeks[0]?.map(({ date }) => (
                <th scope="col">{weekdayOf(date).slice(0, 3)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr>
                {week.map((day) => (
                  <DayCell day={day} project={projectId} month={month} today={today} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Live>
    </>
  );
};
