import type { HistoryRow } from "../../project-results/protocol.ts";
import { Table } from "../parts/table.tsx";
import { shortText } from "../parts/time.tsx";
import { Bars, durationText, Key } from "./chart-parts.tsx";

const isRed = ({ outcome }: HistoryRow): boolean => outcome === "failed" || outcome === "error";

const lookOf = (run: HistoryRow) => {
  if (run.flaky) return "not_run";
  if (isRed(run)) return "failed";
  return run.outcome === "skipped" ? "cancelled" : "completed";
};

const KEY = [
  ["completed", "Passed"],
  ["not_run", "Flaky"],
  ["failed", "Failed"],
  ["cancelled", "Skipped"],
] as const;

/** How long a test's last runs took. The table of its runs has the numbers. */
export const Durations = ({ runs }: { runs: readonly HistoryRow[] }) => (
  <figure class="chart">
    <Bars
      label={(most) => shortText(most)}
      bars={runs.toReversed().map((run) => ({
        title: `job ${run.job}: ${durationText(run.durationMs) || "no duration"}, ${run.outcome}`,
        parts: [{ look: lookOf(run), size: run.durationMs ?? 0 }],
      }))}
    />
    <Key entries={KEY} />
  </figure>
);

const meanOf = (runs: readonly HistoryRow[]): number | null => {
  const known = runs.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
};

/** The names of hosts by their ids. */
type HostNames = ReadonlyMap<number, string>;

/** A host by its name, or by its id where the host is not known any more. */
export const HostLink = ({ id, hosts }: { id: number; hosts: HostNames }) => (
  <a href={`/console/hosts/${id}`}>{hosts.get(id) ?? `host ${id}`}</a>
);

/** Where a test's last runs were, and what came of them there. */
export const HostsOfTest = ({ runs, hosts }: { runs: readonly HistoryRow[]; hosts: HostNames }) => (
  <Table caption="Its runs by host" heads={["Host", "Runs", "Failed", "Takes on average"]}>
    {[...Map.groupBy(runs, ({ hostId }) => hostId)].map(([host, there]) => (
      <tr>
        <th scope="row">
          <HostLink id={host} hosts={hosts} />
        </th>
        <td data-label="Runs">{there.length}</td>
        <td data-label="Failed">{there.filter(isRed).length}</td>
        <td data-label="Takes on average">{durationText(meanOf(there))}</td>
      </tr>
    ))}
  </Table>
);
