import type { Call } from "../../call.ts";
import { readProgress as readStored } from "./store.ts";

/** The progress towards a first run, of the project `chosen` or of the newest one that the caller may see. */
export const readProgress = ({ db, actor }: Call, chosen?: number) => readStored(db, actor, chosen);
export type Progress = Awaited<ReturnType<typeof readProgress>>;
