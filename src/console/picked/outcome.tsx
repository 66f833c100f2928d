import { Icon } from "../parts/icon.tsx";
import type { Outcome, Picked } from "./do-each.ts";

interface Told {
  outcomes: readonly Outcome[];
  /** What they are: `jobs`. */
  things: string;
  /** What was done: `run again`. */
  done: string;
  back: string;
  /** The page of a row that was left. */
  pathOf: (picked: Picked) => string;
}

/** What came of the picked rows: how many were done, and why the others were not. */
export const OutcomePage = ({ outcomes, things, done, back, pathOf }: Told) => {
  const made = outcomes.filter((outcome) => outcome.isDone);
  const left = outcomes.filter((outcome) => !outcome.isDone);
  return (
    <section class="card">
      <p class={`notice ${left.length === 0 ? "good" : ""}`} role="status">
        <Icon name={left.length === 0 ? "completed" : "not_run"} />
        <span>
          {made.length} of {outcomes.length} {things} {done}
          {left.length === 0 ? "." : `, ${left.length} not, because:`}
        </span>
      </p>
      {left.length > 0 && (
        <ul class="lines">
          {left.map(({ project, id, why }) => (
            <li class="material">
              <a href={pathOf({ project, id })}>#{id}</a>: {why}
            </li>
          ))}
        </ul>
      )}
      {made.length > 0 && (
        <p class="quiet">
          {made.map(({ path, id }) => (
            <>
              <a href={path}>#{path.split("/").at(-1) ?? id}</a>{" "}
            </>
          ))}
        </p>
      )}
      <p>
        <a class="button" href={back}>
          Back to the list
        </a>
      </p>
    </section>
  );
};
