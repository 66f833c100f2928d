import { usePageContext } from "../page-context.ts";
import { FormToken } from "../parts/form.tsx";
import { Empty } from "../parts/job.tsx";
import type { ChosenProject } from "./chosen-project.ts";

const ProjectButton = ({ project, to }: { project: ChosenProject | undefined; to: string }) => {
  const isChosen = usePageContext().project?.id === project?.id;
  return (
    <li class="material">
      <form method="post" action="/console/project" class="row">
        <FormToken />
        <input type="hidden" name="to" value={to} />
        <input type="hidden" name="project" value={project === undefined ? "" : String(project.id)} />
        <button type="submit" {...(isChosen ? { "aria-current": "true" } : {})}>
          {project?.name ?? "All projects"}
        </button>
        <span class="quiet">
          {project === undefined ? "" : `#${project.id}`}
          {isChosen ? " shown now" : ""}
        </span>
      </form>
    </li>
  );
};

/** Chooses the project that lists and pages of many projects show. */
export const ChooseProject = ({
  projects,
  search,
  to,
}: {
  projects: readonly ChosenProject[];
  search: string;
  to: string;
}) => (
  <>
    <p>
      Lists, the overview, the calendar and the timeline show this project alone, until you choose another.
    </p>
    <search>
      <form class="filters" method="get" aria-label="Projects">
        <input type="hidden" name="to" value={to} />
        <label for="q">Search</label>
        <input type="search" id="q" name="q" value={search} placeholder="Name or #id" />
        <button type="submit">Show</button>
      </form>
    </search>
    {projects.length === 0 ? (
      <Empty title="No project is called so" />
    ) : (
      <ul class="lines card narrow">
        <ProjectButton project={undefined} to={to} />
        {projects.map((project) => (
          <ProjectButton project={project} to={to} />
        ))}
      </ul>
    )}
  </>
);
