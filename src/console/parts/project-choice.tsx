import { usePageContext } from "../page-context.ts";

type Projects = readonly { id: number; name: string }[];

/** Selects a project; `all` adds the choice of all projects. While one is chosen for all pages, the menu names it. */
export const ProjectChoice = ({
  projects,
  selected,
  all = false,
}: {
  projects: Projects;
  selected?: number | undefined;
  all?: boolean;
}) => {
  const chosen = usePageContext().project;
  if (chosen !== undefined && (selected === undefined || selected === chosen.id)) return null;
  return (
    <>
      <label for="project">Project</label>
      <select id="project" name="project">
        {all ? <option value="">All</option> : null}
        {projects.map(({ id, name }) => (
          <option value={String(id)} selected={id === selected}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
};

/** Selects the project of a list. Those who see all projects may choose all. */
export const ProjectFilter = ({
  projects,
  selected,
}: {
  projects: Projects;
  selected: number | undefined;
}) => (
  <ProjectChoice projects={projects} selected={selected} all={usePageContext().actor.projectIds === null} />
);
