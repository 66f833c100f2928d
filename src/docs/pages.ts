/** The pages of the documentation in reading order. Each is a file of `pages/`, but for `api`, which is generated. */
export const GROUPS = [
  {
    title: "Begin",
    pages: [
      { name: "index", label: "Overview" },
      { name: "start", label: "The first five minutes" },
    ],
  },
  {
    title: "Use",
    pages: [
      { name: "hosts", label: "Hosts" },
      { name: "schedules", label: "Schedules" },
      { name: "results", label: "Results" },
      { name: "pipelines", label: "Pipelines" },
      { name: "webhooks", label: "Webhooks" },
    ],
  },
  {
    title: "Run the service",
    pages: [
      { name: "tokens", label: "Tokens" },
      { name: "operations", label: "Operations" },
      { name: "errors", label: "Errors" },
    ],
  },
  {
    title: "Look up",
    pages: [
      { name: "api", label: "API reference" },
      { name: "wire", label: "Wire contract" },
      { name: "socket", label: "Socket of a host" },
      { name: "terms", label: "Terms" },
    ],
  },
] as const;

/** The names of the pages in reading order. */
export const PAGE_NAMES: readonly string[] = GROUPS.flatMap(({ pages }) => pages.map(({ name }) => name));

export const labelOf = (name: string): string =>
  GROUPS.flatMap(({ pages }) => pages.map((page) => ({ ...page }))).find((page) => page.name === name)
    ?.label ?? name;

/** The address of a page; the reference's pages are named like `api/jobs`. */
export const addressOf = (name: string): string => (name === "index" ? "/docs" : `/docs/${name}`);
