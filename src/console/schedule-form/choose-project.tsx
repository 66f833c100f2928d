import { Empty } from "../parts/job.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";

/** Selects the project of a new schedule. */
export const ChooseProject = ({ projects }: { projects: readonly { id: number; name: string }[] }) =>
  projects.length === 0 ? (
    <Empty title="There is no project yet">
      <p>
        A schedule belongs to a project. <a href="/console/start">Make the first one</a>
      </p>
    </Empty>
  ) : (
    <form class="card narrow stack" method="get" action="/console/schedules/new">
      <div class="field">
        <ProjectChoice projects={projects} />
      </div>
      <div class="row">
        <button type="submit" class="primary">
          Go on
        </button>
      </div>
    </form>
  );
