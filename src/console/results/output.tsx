import { Live } from "../parts/frame.tsx";
import { Empty, jobPath } from "../parts/job.tsx";
import type { Output } from "./view.ts";

/** The end of a run's output; it is refreshed while the run continues. */
export const OutputOfJob = ({ output: { log, text, from } }: { output: Output }) => {
  const { project, job, attempt } = log.path;
  return (
    <Live asks>
      <p class="quiet">
        Attempt {attempt} of <a href={jobPath(project, job)}>job {job}</a>, {log.end} bytes
        {log.isComplete ? "" : ", still growing"}
        {from > 0 ? `; the last ${log.end - from} of them` : ""}
      </p>
      {text === "" ? <Empty title="Nothing was written, or nothing has come yet." /> : <pre>{text}</pre>}
    </Live>
  );
};
