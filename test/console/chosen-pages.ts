/** The pages of many projects, which read otherwise once one project is chosen for all pages. */
export const OF_THE_CHOSEN = [
  ...[
    "overview",
    "hosts",
    "hosts searched in vain",
    "agents",
    "agents searched in vain",
    "jobs",
    "jobs by id",
  ],
  ...[
    "jobs by status",
    "hosts by status",
    "schedules by state",
    "things found",
    "jobs to come",
    "jobs running",
  ],
  ...["jobs overdue", "jobs failed", "jobs failed within a day", "jobs cancelled", "jobs of a day"],
  ...["schedules", "schedules searched in vain", "calendar", "timeline", "timeline by agent", "audit"],
];

/** What is measured: every page, and those of many projects once more with a chosen one. */
export const visitsOf = (
  pages: Readonly<Record<string, string>>,
): { name: string; path: string; isChosen: boolean }[] =>
  Object.entries(pages).flatMap(([name, path]) => [
    { name, path, isChosen: false },
    ...(OF_THE_CHOSEN.includes(name)
      ? [{ name: `${name} (chosen project)`, path: path.replace(/[?&]project=\d+/, ""), isChosen: true }]
      : []),
  ]);
