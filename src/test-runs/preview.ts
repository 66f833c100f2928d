import type { Call } from "../call.ts";
import { notFound } from "../wire/refusals.ts";
import { compareIncoming } from "./preview-store.ts";
import type { Incoming } from "./store.ts";
import type { ImportSummary } from "./summary.ts";
import { refuseUnknownAssignedIds } from "./test-runs.ts";

/** How many changes a preview names. */
const MAX_NAMED = 50;

/** A test run that an import would change. */
interface Changed {
  id: number;
  from: { name: string; content: string };
  to: { name: string; content: string };
}

/** What an import would do. */
export interface ImportPreview {
  created: number;
  changed: number;
  unchanged: number;
  /** Of those created: there is a test run of the same name, with another content. */
  namesakes: number;
  /** The first of the changes. */
  changes: Changed[];
  /** The names of the first that are created. */
  news: string[];
  summary: ImportSummary | undefined;
}

/** What `createTestRuns` would do with the same input. Changes nothing. Throws as it does. */
export const previewTestRuns = async (
  call: Call,
  project: number,
  incoming: Incoming,
): Promise<ImportPreview> => {
  await refuseUnknownAssignedIds(call, project, incoming);
  const { projectExists, rows } = await compareIncoming(call.db, project, incoming);
  if (!projectExists) throw notFound("project", project);
  const changes = rows.flatMap(({ id, name, content, wasName, wasContent, changes: isChanged }) =>
    id !== null && isChanged === 1
      ? [{ id, from: { name: wasName ?? "", content: wasContent ?? "" }, to: { name, content } }]
      : [],
  );
  const news = rows.filter(({ id }) => id === null);
  return {
    created: news.length,
    changed: changes.length,
    unchanged: rows.length - news.length - changes.length,
    namesakes: news.filter(({ isNamesake }) => isNamesake === 1).length,
    changes: changes.slice(0, MAX_NAMED),
    news: news.slice(0, MAX_NAMED).map(({ name }) => name),
    summary: incoming.summary,
  };
};
