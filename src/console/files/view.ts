import * as z from "zod";
import { mayDo } from "../../access/permissions.ts";
import type { Call } from "../../call.ts";
import { ifAvailable } from "../../host-object/client.ts";
import type { StoredFile } from "../../project-results/file-table.ts";

/** How many files a job's page shows, and a page of files. */
const ON_JOB = 12;
export const ON_PAGE = 60;

/** The first files of an attempt by name, and how many there are. */
export interface FilesView {
  files: StoredFile[];
  total: number;
}

interface Of {
  id: number;
  projectId: number;
  attempt: number;
  startedAt: number | null;
}

/**
 * The files of a job's current attempt. Null before it has begun, for those who may not see files, and while the
 * project's object is unavailable: the page then shows the rest.
 */
export const readJobFiles = async (call: Call, job: Of): Promise<FilesView | null> => {
  if (job.startedAt === null || !mayDo(call.actor, "listArtifacts")) return null;
  const { id, attempt } = job;
  const found = call.results(job.projectId, (object) =>
    object.artifactPage({ job: id, attempt, after: "", limit: ON_JOB }),
  );
  return (await ifAvailable(found))?.reply ?? null;
};

const attempt = z.coerce.number().int().min(1).optional().catch(undefined);

/** The query parameters of the list; invalid ones are ignored. */
export const filesAddress = z.object({ attempt, after: z.string().max(500).default("").catch("") });

/** The query parameters of one file: `save` downloads it. */
export const fileAddress = z.object({ attempt, save: z.literal("1").optional().catch(undefined) });
