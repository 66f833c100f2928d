import type { Call } from "../../call.ts";
import { readProgress as readStored } from "./store.ts";

/** The progress of a new installation towards its first run, within what the caller may see. */
export const readProgress = ({ db, actor }: Call) => readStored(db, actor);
export type Progress = Awaited<ReturnType<typeof readProgress>>;
