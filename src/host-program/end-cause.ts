import { freeBytes } from "./free-disk.ts";
import type { Ending } from "./journal.ts";

/** With less free space a disk counts as full: what runs there can write no file worth the name. */
const FULL_BYTES = 100_000;

interface End {
  isTooLong: boolean;
  /** Where the run writes. */
  folders: readonly string[];
  /** How many bytes are free there. */
  free?: (folder: string) => Promise<number>;
}

/**
 * Why this host ended a run that failed, if it was not for its tests: its time was up, or a disk that it writes to is
 * full. Empty otherwise.
 */
export const causeOf = async (
  { status }: Pick<Ending, "status">,
  { isTooLong, folders, free = freeBytes }: End,
): Promise<Pick<Ending, "cause">> => {
  if (status !== "FAILED") return {};
  if (isTooLong) return { cause: "time_limit" };
  // A folder that cannot be read says nothing.
  const left = await Promise.all(folders.map((folder) => free(folder).catch(() => FULL_BYTES)));
  return left.some((bytes) => bytes < FULL_BYTES) ? { cause: "disk_full" } : {};
};
