import { usePageContext } from "../page-context.ts";

/** Selects a project; `all` adds the choice of all projects. While one is chosen for all pages, the menu names it. */
export const ProjectChoice = ({
  projects,
  selected,
  all = false,
}: {
  projects: readonly { id: number; name: string }[];
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
