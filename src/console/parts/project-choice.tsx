/** Picks a project; `all` offers not to pick one. */
export const ProjectChoice = ({
  projects,
  asked,
  all = false,
}: {
  projects: readonly { id: number; name: string }[];
  asked?: number | undefined;
  all?: boolean;
}) => (
  <>
    <label for="project">Project</label>
    <select id="project" name="project">
      {all ? <option value="">All</option> : null}
      {projects.map(({ id, name }) => (
        <option value={String(id)} selected={id === asked}>
          {name}
        </option>
      ))}
    </select>
  </>
);
