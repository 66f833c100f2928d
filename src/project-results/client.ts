import { retryingObject } from "../host-object/client.ts";
import type { ResultsStub } from "./protocol.ts";

/** Calls a project's object, with retries if the platform allows them. */
export type CallResults = <Reply>(
  projectId: number,
  use: (results: ResultsStub) => Promise<Reply>,
) => Promise<Reply>;

/**
 * The client of projects' objects, each named by its project's id. Throws `unavailable` (503) if the object is
 * unavailable.
 */
export const resultsClient =
  (objects: Env["PROJECT_RESULTS"]): CallResults =>
  (projectId, use) =>
    retryingObject(() => use(objects.get(objects.idFromName(String(projectId)))));
