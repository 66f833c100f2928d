import type { Call } from "../call.ts";
import type { StoredFile } from "../project-results/file-table.ts";
import { getStoredRun } from "../results/run.ts";
import { notFound } from "../wire/refusals.ts";

type Place = { project: number; job: number };

/** The reports of an attempt that were sent as files, by name. Throws `not_found`. */
export const listReports = async (
  call: Call,
  place: Place,
  requested: number | undefined,
): Promise<StoredFile[]> => {
  const { job, attempt } = await getStoredRun(call, place, requested);
  return call.results(place.project, (object) => object.files(job, attempt, "report"));
};

/** A report with its bytes as they were sent, decompressed. Throws `not_found`. */
export const readReportFile = async (
  call: Call,
  { name, ...place }: Place & { name: string },
  requested: number | undefined,
): Promise<{ file: StoredFile; body: ReadableStream }> => {
  const { job, attempt } = await getStoredRun(call, place, requested);
  const file = await call.results(place.project, (object) => object.reportFile({ job, attempt }, name));
  const stored = file && (await call.files.get(file.key));
  if (!stored) throw notFound("report", `${JSON.stringify(name.slice(0, 80))} of job ${place.job}`);
  return { file, body: stored.body };
};
