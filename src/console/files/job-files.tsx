import { FileList, filesPath } from "./list.tsx";
import type { FilesView } from "./view.ts";

/** The number of earlier attempts that a page links to. */
const MAX_EARLIER = 10;

/** The numbers of a job's earlier attempts, newest first. */
export const earlierAttempts = (attempt: number): number[] =>
  Array.from({ length: Math.min(attempt - 1, MAX_EARLIER) }, (_, place) => attempt - 1 - place);

/** The files that a job's current attempt left, on the job's page. */
export const JobFiles = ({
  job,
  files: found,
}: {
  job: { projectId: number; id: number; attempt: number };
  files: FilesView | null;
}) => {
  const earlier = earlierAttempts(job.attempt);
  if (found === null || (found.total === 0 && earlier.length === 0)) return null;
  const { files, total } = found;
  return (
    <section class="card" id="files">
      <h2>Files</h2>
      {total === 0 ? <p class="quiet">This attempt sent none.</p> : <FileList of={job} files={files} />}
      {(files.length < total || earlier.length > 0) && (
        <p class="row">
          {files.length < total && <a href={filesPath(job)}>All {total} files</a>}
          {earlier.map((attempt) => (
            <a href={filesPath({ ...job, attempt })}>Of attempt {attempt}</a>
          ))}
        </p>
      )}
    </section>
  );
};
