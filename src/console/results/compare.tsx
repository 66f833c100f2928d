import type { Compared, Comparison } from "../../project-results/comparison.ts";
import type { FieldError } from "../../wire/refusals.ts";
import { Field } from "../parts/form.tsx";
import { jobPath } from "../parts/job.tsx";
import { durationText, JobLink } from "./chart-parts.tsx";
import { comparePath, OutcomeMark, placeOf, testPath, titleOf } from "./test-parts.tsx";

/** How many tests each list names. */
const MAX_NAMED = 100;

type Side = { outcome: Compared["later"]["outcome"]; durationMs: number | null } | null;

/** How a test went in one of the jobs, if it was in it. */
const SideMark = ({ side, timed }: { side: Side; timed: boolean }) => {
  if (side === null) return <span class="quiet">not in it</span>;
  return timed ? (
    <span>{durationText(side.durationMs)}</span>
  ) : (
    <OutcomeMark outcome={side.outcome} flaky={false} />
  );
};

interface List {
  projectId: number;
  title: string;
  none: string;
  tests: readonly Compared[];
  /** Whether durations are shown instead of outcomes. */
  timed?: boolean;
}

const Tests = ({ projectId, title, none, tests, timed = false }: List) => (
  <section class="card">
    <h2>{title}</h2>
    {tests.length === 0 && <p class="quiet">{none}</p>}
    <ul class="lines">
      {tests.slice(0, MAX_NAMED).map(({ id, name, earlier, later }) => (
        <li class="material">
          <a href={testPath(projectId, id)}>{titleOf(name)}</a> <SideMark side={earlier} timed={timed} />{" "}
          <span class="quiet">then</span> <SideMark side={later} timed={timed} />
          <span class="quiet block">{placeOf(name)}</span>
        </li>
      ))}
    </ul>
    {tests.length > MAX_NAMED && <p class="quiet">and {tests.length - MAX_NAMED} more</p>}
  </section>
);

/** The two jobs, the earlier first, and how their tests differ. */
export interface ComparedJobs {
  earlier: JobOfComparison;
  later: JobOfComparison;
  comparison: Comparison;
}

interface JobOfComparison {
  id: number;
  /** A report of its current attempt came. */
  hasResults: boolean;
}

const Differences = ({ projectId, compared }: { projectId: number; compared: ComparedJobs }) => {
  const { earlier, later, comparison } = compared;
  const silent = [earlier, later].filter(({ hasResults }) => !hasResults);
  if (silent.length > 0)
    return (
      <p class="notice">
        Nothing to compare: no report of{" "}
        {silent.map(({ id }, place) => (
          <>
            {place === 0 ? "" : " and of "}
            <JobLink projectId={projectId} job={id} />
          </>
        ))}{" "}
        came in.
      </p>
    );
  const { newlyFailing, fixed, slower } = comparison;
  return (
    <>
      <p>
        From <JobLink projectId={projectId} job={earlier.id} /> to{" "}
        <JobLink projectId={projectId} job={later.id} />.
      </p>
      <Tests projectId={projectId} title="Newly failing" none="No test." tests={newlyFailing} />
      <Tests projectId={projectId} title="Fixed" none="No test." tests={fixed} />
      <Tests projectId={projectId} title="Slower by half" none="No test." tests={slower} timed />
    </>
  );
};

/** What differs between the tests of a job and those of another one. `wrong`: why there is nothing to compare with. */
export const CompareJobs = ({
  projectId,
  job,
  other,
  compared,
  wrong,
}: {
  projectId: number;
  job: number;
  /** The number of the other job, as it was typed. */
  other: string;
  compared: ComparedJobs | undefined;
  wrong: readonly FieldError[];
}) => (
  <>
    <form class="filters" method="get" action={comparePath(projectId, job)} aria-label="Comparison">
      <Field
        name="with"
        value={other}
        label="Compare with job"
        wrong={wrong}
        more={{ inputmode: "numeric", required: true }}
      />
      <button type="submit">Compare</button>
      <a class="button plain" href={jobPath(projectId, job)}>
        Back to job {job}
      </a>
    </form>
    {compared && <Differences projectId={projectId} compared={compared} />}
  </>
);
