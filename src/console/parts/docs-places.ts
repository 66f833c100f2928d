/** The place in the documentation for pages of the console, by a part of their paths; the first that fits. */
export const DOCS_PLACES = [
  { part: /\/pipelines$/, docs: "/docs/pipelines" },
  { part: /\/webhooks/, docs: "/docs/webhooks" },
  { part: /\/tokens/, docs: "/docs/tokens#scopes" },
  { part: /\/audit/, docs: "/docs/tokens#audit" },
  { part: /\/start/, docs: "/docs/start" },
  { part: /\/blackouts/, docs: "/docs/schedules#blackouts" },
  { part: /\/(schedules|calendar)/, docs: "/docs/schedules" },
  { part: /\/(import|test-runs)/, docs: "/docs/results#bring-test-runs-in" },
  { part: /\/(tests|quarantine|flaky-rules)/, docs: "/docs/results#flaky-tests" },
  { part: /\/files/, docs: "/docs/results#logs-and-files" },
  { part: /\/jobs/, docs: "/docs/wire#a-jobs-life" },
  { part: /\/(hosts|agents)/, docs: "/docs/hosts" },
  { part: /\/timeline/, docs: "/docs/hosts#presence" },
  { part: /\/projects/, docs: "/docs/start#a-project" },
  { part: /^\/console(\/find)?$/, docs: "/docs#the-console" },
] as const;

export const docsOf = (path: string): string =>
  DOCS_PLACES.find(({ part }) => part.test(path))?.docs ?? "/docs";
