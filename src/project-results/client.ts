import { retryingObject } from "../host-object/client.ts";
import type { ResultsStub } from "./protocol.ts";

/** Calls a project's object of results, again where the platform says that it may be. */
export type CallResults = <Reply>(
  projectId: number,
  use: (results: ResultsStub) => Promise<Reply>,
) => Promise<Reply>;

/** The way to projects' objects of results, each named by its project's id. Throws `unavailable` (503) where one stays away. */
export const resultsClient =
  (objects: Env["PROJECT_RESULTS"]): CallResults =>
  (projectId, use) =>
    retryingObject(() => use(objects.get(objects.idFromName(String(projectId)))));
