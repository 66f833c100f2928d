/** Selects a project; `all` adds the choice of all projects. */
export const ProjectChoice = ({
  projects,
  selected,
  all = false,
}: {
  projects: readonly { id: number; name: string }[];
  selected?: number | undefined;
  all?: boolean;
}) => (
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
