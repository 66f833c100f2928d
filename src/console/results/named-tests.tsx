import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import type { Material } from "../../jobs/materials.ts";
import type { ResultRow } from "../../project-results/protocol.ts";
import { usePageContext } from "../page-context.ts";
import { placeOf, testPath, titleOf } from "./test-parts.tsx";

/** A list of tests of which only the first are named. */
const Named = ({ title, more, children }: { title: string; more: number; children: Child }) => (
  <section class="kind">
    <h3 class="lesser">{title}</h3>
    <ul class="lines">{children}</ul>
    {more > 0 && <p class="quiet">and {more} more</p>}
  </section>
);

/** The first of the test runs that were due and are in no report. */
export const MissingTests = ({ count, tests }: { count: number; tests: readonly Material[] }) =>
  tests.length === 0 ? null : (
    <Named title="Missing from the reports" more={count - tests.length}>
      {tests.map(({ test_case_name, automation_content }) => (
        <li class="material">
          {test_case_name} <span class="quiet block">{automation_content}</span>
        </li>
      ))}
    </Named>
  );

/** The first of the tests that failed and passed when they were tried again. */
export const FlakyTests = ({
  projectId,
  count,
  rows,
}: {
  projectId: number;
  count: number;
  rows: readonly ResultRow[];
}) => {
  const { actor } = usePageContext();
  if (rows.length === 0) return null;
  return (
    <Named title="Passed when tried again" more={count - rows.length}>
      {rows.map(({ test: { id, name } }) => {
        const title = titleOf(name);
        return (
          <li class="material">
            {mayDo(actor, "getTest") ? <a href={testPath(projectId, id)}>{title}</a> : title}{" "}
            <span class="quiet block">{placeOf(name)}</span>
          </li>
        );
      })}
    </Named>
  );
};
