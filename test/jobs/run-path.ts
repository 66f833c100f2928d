import { expect } from "vitest";
import type { Ready, World } from "../world.ts";

/** The moves of a job in order, each with its reason if it has one. */
export const pathOf = async (world: World, { projectId, jobId }: Pick<Ready, "projectId" | "jobId">) => {
  const { status, history } = await world.job(projectId, jobId);
  expect(history.at(-1)?.to ?? "PLANNED").toBe(status);
  return history.map(({ to, reason }) => (reason === null ? to : `${to} ${reason}`));
};

/** The path of a run whose host was lost. */
export const LOST = ["RUNNING", "FAILED host_lost"];
