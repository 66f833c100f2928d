import type { Evidence } from "../../project-results/flaky-rules.ts";
import type { HistoryRow } from "../../project-results/protocol.ts";
import type { FormInput } from "../page-context.ts";
import { Fact } from "../parts/fact.tsx";
import type { Wrong } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { jobPath } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, shortText, Time } from "../parts/time.tsx";
import { QuarantineOfTest } from "./quarantine.tsx";
import { Durations, HostLink, HostsOfTest } from "./test-charts.tsx";
import { OutcomeMark, placeOf, RecentRuns, rulesPath, testPath, testsPath } from "./test-parts.tsx";
import type { TestPage } from "./view.ts";

interface TestDetailsOf {
  projectId: number;
  page: TestPage;
  /** Of the form that begins a quarantine. */
  formInput: FormInput;
  wrong: Wrong;
}

const Facts = ({ projectId, page }: Pick<TestDetailsOf, "projectId" | "page">) => {
  const { test, verdict } = page;
  return (
    <dl class="facts">
      <Fact label="Stands in">{placeOf(test.name) || "nothing"}</Fact>
      <Fact label="Last runs">
        <RecentRuns strip={test.strip} />
      </Fact>
      <Fact label="Now">
        {test.failingSince === null ? (
          "its last run did not fail"
        ) : (
          <>
            failing since <a href={jobPath(projectId, test.failingSince)}>job {test.failingSince}</a>
          </>
        )}
      </Fact>
      <Fact label="Usually takes">{test.meanMs === null ? "not known" : shortText(test.meanMs)}</Fact>
      {page.quarantine !== null && (
        <Fact label="In quarantine">
          until <Time at={page.quarantine.until} /> <a href="#quarantine">why</a>
        </Fact>
      )}
      <Fact label="Flaky">
        {verdict.isFlaky ? "yes: see why below" : "no"},{" "}
        <a href={rulesPath(projectId)}>by the project's rules</a>
      </Fact>
      <Fact label="Project">
        <a href={testsPath(projectId)}>All its tests</a>
      </Fact>
    </dl>
  );
};

const Piece = ({ projectId, each }: { projectId: number; each: Evidence }) => {
  if (each.rule === "retry")
    return (
      <li>
        <Time at={each.at} />: it failed, and passed when it was tried again, in{" "}
        <a href={jobPath(projectId, each.job)}>job {each.job}</a>
      </li>
    );
  const [earlier, later] = each.jobs;
  return (
    <li>
      <Time at={each.at} />: <a href={jobPath(projectId, earlier)}>job {earlier}</a> and{" "}
      <a href={jobPath(projectId, later)}>job {later}</a> ended differently on the same{" "}
      {each.rule === "build" ? `build ${each.content}` : "tests"}
    </li>
  );
};

const Run = ({ projectId, run, hosts }: { projectId: number; run: HistoryRow } & Pick<TestPage, "hosts">) => (
  <tr>
    <th scope="row">
      <a href={jobPath(projectId, run.job)}>job {run.job}</a>{" "}
      <span class="quiet">{run.attempt > 1 ? `attempt ${run.attempt}` : ""}</span>
    </th>
    <td data-label="Outcome">
      <OutcomeMark outcome={run.outcome} flaky={run.flaky} quarantined={run.quarantined} />
      {run.discounted && (
        <span class="quiet block">counts for nothing: its host failed, or nearly all of its run</span>
      )}
    </td>
    <td data-label="When">
      <Ago at={run.at} />
    </td>
    <td data-label="Took">{run.durationMs === null ? "" : shortText(run.durationMs)}</td>
    <td data-label="Host">
      <HostLink id={run.hostId} hosts={hosts} />
    </td>
    <td data-label="Message">{run.message}</td>
  </tr>
);

/** The page of a test: its state, its evidence of flakiness, its last runs, and its quarantine. */
export const TestDetails = ({ projectId, page, formInput, wrong }: TestDetailsOf) => (
  <>
    <Live>
      <section class="card">
        <h2>Details</h2>
        <Facts projectId={projectId} page={page} />
      </section>
      {page.verdict.evidence.length > 0 && (
        <section class="card">
          <h2>What speaks for flaky</h2>
          <ul class="lines">
            {page.verdict.evidence.map((each) => (
              <Piece projectId={projectId} each={each} />
            ))}
          </ul>
        </section>
      )}
      {page.runs.length > 0 && (
        <div class="columns">
          <section class="card">
            <h2>How long {page.isOlder ? "these" : "its last"} runs took</h2>
            <Durations runs={page.runs} />
          </section>
          <section class="card">
            <h2>Where {page.isOlder ? "they" : "it"} ran</h2>
            <HostsOfTest runs={page.runs} hosts={page.hosts} />
          </section>
        </div>
      )}
      <section class="card">
        <h2>Runs</h2>
        <Table
          caption={page.isOlder ? "Its older runs, the newest first" : "Its runs, the newest first"}
          heads={["Job", "Outcome", "When", "Took", "Host", "Message"]}
        >
          {page.runs.map((run) => (
            <Run projectId={projectId} run={run} hosts={page.hosts} />
          ))}
        </Table>
        <p class="row">
          {page.isOlder && <a href={testPath(projectId, page.test.id)}>Its last runs</a>}
          {page.older !== undefined && (
            <a href={`${testPath(projectId, page.test.id)}?before=${page.older}`}>Older runs</a>
          )}
        </p>
      </section>
    </Live>
    <QuarantineOfTest
      of={{ projectId, test: page.test.id }}
      quarantine={page.quarantine}
      formInput={formInput}
      wrong={wrong}
    />
  </>
);
