import type { CallResults } from "../project-results/client.ts";
import { fullName } from "./compose.ts";
import type { EventData } from "./event-data.ts";
import type { FailedTest } from "./form.ts";

/** The most results that are read for those that fail the run: others are under quarantine. */
const MAX_READ = 200;

/** The first failed tests of the run that an event is about, at most `limit`; none of another event. Throws `unavailable`. */
export const readFailedTests = async (
  results: CallResults,
  event: EventData,
  { projectId, limit }: { projectId: number; limit: number },
): Promise<FailedTest[]> => {
  if (event.type !== "job.ended") return [];
  const { id, attempt } = event.data.job;
  const rows = await results(projectId, (object) =>
    object.jobResults({ job: id, attempt, outcome: "red", after: 0, limit: MAX_READ, judgedAt: null }),
  );
  return rows
    .filter(({ quarantined }) => !quarantined)
    .slice(0, limit)
    .map(({ test: { name }, message, detail }) => ({
      file: name.file,
      title: fullName(name),
      message,
      detail,
    }));
};
