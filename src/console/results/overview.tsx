import type { Child } from "hono/jsx";
import type { FailureKind, ProjectOverview, TestRow } from "../../project-results/protocol.ts";
import { Ago, shortText, Time } from "../parts/time.tsx";
import { JobLink } from "./chart-parts.tsx";
import { RunChart } from "./run-chart.tsx";
import { testPath, titleOf } from "./test-parts.tsx";

interface OfProject {
  projectId: number;
}

const TestLine = ({ projectId, test, children }: OfProject & { test: TestRow; children: Child }) => (
  <li class="material">
    <a href={testPath(projectId, test.id)}>{titleOf(test.name)}</a> <span class="quiet">{children}</span>
  </li>
);

const Tests = ({
  title,
  none,
  tests,
  children,
}: {
  title: string;
  none: string;
  tests: readonly TestRow[];
  children: (test: TestRow) => Child;
}) => (
  <section class="card">
    <h2>{title}</h2>
    {tests.length === 0 ? <p class="quiet">{none}</p> : <ul class="lines">{tests.map(children)}</ul>}
  </section>
);

/** Failures of one kind: the message without what varies, how many there are, and the latest of them. */
const Kind = ({ projectId, kind }: OfProject & { kind: FailureKind }) => (
  <li class="material">
    <p class="note">{kind.group}</p>
    <p class="quiet">
      {kind.failures} failures of {kind.tests} tests, the last one in{" "}
      <JobLink projectId={projectId} job={kind.last.job} />, <Ago at={kind.last.at} />:{" "}
      <a href={testPath(projectId, kind.last.test)}>{titleOf(kind.last.name)}</a>
    </p>
  </li>
);

const Quarantines = ({ projectId, quarantines }: OfProject & Pick<ProjectOverview, "quarantines">) => (
  <section class="card">
    <h2>Under quarantine</h2>
    <ul class="lines">
      {quarantines.map(({ quarantine, test }) => (
        <TestLine projectId={projectId} test={test}>
          until <Time at={quarantine.until} />, owner {quarantine.owner}: {quarantine.reason}
        </TestLine>
      ))}
    </ul>
  </section>
);

/** A project's last runs in charts, the tests that need attention, and failures of one kind. */
export const OverviewOfTests = ({ projectId, overview }: OfProject & { overview: ProjectOverview }) => {
  const { runs, failing, flaky, slow, kinds, quarantines, days } = overview;
  if (runs.length === 0) return null;
  return (
    <>
      <section class="card">
        <h2>The last {runs.length === 1 ? "run" : `${runs.length} runs`}</h2>
        <RunChart projectId={projectId} runs={runs} />
      </section>
      <div class="columns">
        <Tests
          title="Newly failing"
          none={`No test began to fail in the last ${days === 1 ? "day" : `${days} days`}.`}
          tests={failing}
        >
          {(test) => (
            <TestLine projectId={projectId} test={test}>
              since {test.failingSince !== null && <JobLink projectId={projectId} job={test.failingSince} />}
            </TestLine>
          )}
        </Tests>
        <Tests title="Flaky" none="No test is flaky." tests={flaky}>
          {(test) => (
            <TestLine projectId={projectId} test={test}>
              {test.evidence} {test.evidence === 1 ? "piece" : "pieces"} of evidence
            </TestLine>
          )}
        </Tests>
        <Tests title="Slow" none="No test takes a second." tests={slow}>
          {(test) => (
            <TestLine projectId={projectId} test={test}>
              {shortText(test.meanMs ?? 0)} on average
            </TestLine>
          )}
        </Tests>
      </div>
      {kinds.length > 0 && (
        <section class="card">
          <h2>Failures of one kind</h2>
          <ul class="lines">
            {kinds.map((kind) => (
              <Kind projectId={projectId} kind={kind} />
            ))}
          </ul>
        </section>
      )}
      {quarantines.length > 0 && <Quarantines projectId={projectId} quarantines={quarantines} />}
    </>
  );
};
