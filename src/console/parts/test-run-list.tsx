/** The number of tests that a job or schedule has, and the first of them. */
export const TestRunList = ({
  count,
  testRuns,
}: {
  count: number;
  testRuns: readonly { id: number; name: string; content: string }[];
}) => (
  <>
    <p class="quiet">
      {count} {count === 1 ? "test" : "tests"}
      {count > testRuns.length ? `; the first ${testRuns.length} of them` : ""}
    </p>
    <ul class="lines">
      {testRuns.map(({ id, name, content }) => (
        <li class="material">
          {name} <span class="quiet">#{id}</span>
          <code class="quiet block">{content}</code>
        </li>
      ))}
    </ul>
  </>
);
