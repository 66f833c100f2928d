import { Empty } from "../parts/job.tsx";
import type { Waits } from "./view.ts";

const WIDTH = 300;
const HEIGHT = 12;

const percentOf = (count: number, jobs: number): string => `${Math.round((100 * count) / jobs)} %`;

/** The most that the given share of the jobs waited. */
const atMost = ({ bands, jobs }: Waits, share: number): string => {
  let sum = 0;
  for (const { count, label } of bands) {
    sum += count;
    if (sum >= share * jobs) return label;
  }
  return "";
};

/** How long jobs waited from their time until a host began them, as a table with a bar in each row. */
export const WaitChart = ({ waits }: { waits: Waits }) => {
  const { bands, jobs, isCut } = waits;
  if (jobs === 0) return <Empty title="No job was begun in the last 24 hours" />;
  const most = Math.max(...bands.map(({ count }) => count));
  return (
    <>
      <p class="quiet">
        {isCut ? `The last ${jobs} jobs` : `${jobs} ${jobs === 1 ? "job" : "jobs"}`} that came due and began:
        half of them waited {atMost(waits, 0.5)}, 95 of 100 {atMost(waits, 0.95)}.
      </p>
      <table class="waits">
        <caption class="unseen">How long jobs waited from their time until a host began them</caption>
        <thead>
          <tr>
            <th scope="col">Waited</th>
            <th scope="col">Jobs</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {bands.map(({ label, count }) => (
            <tr>
              <th scope="row">{label}</th>
              <td>{count}</td>
              <td>
                <svg
                  viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                  preserveAspectRatio="none"
                  aria-hidden="true"
                  focusable="false"
                >
                  <rect
                    class="bar waited"
                    width={count === 0 ? 0 : Math.max(2, Math.round((WIDTH * count) / most))}
                    height={HEIGHT}
                    rx="2"
                  />
                </svg>
                <span class="unseen">{percentOf(count, jobs)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
};
