/** A page above another. */
export interface Crumb {
  path: string;
  label: string;
}

/** The pages above one of something in a project: the project's, and those between. */
export const inProject = (project: { id: number; name: string }, more: readonly Crumb[] = []): Crumb[] => [
  { path: `/console/projects/${project.id}`, label: project.name },
  ...more,
];
