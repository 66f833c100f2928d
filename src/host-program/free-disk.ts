import { statfs } from "node:fs/promises";

/** How many bytes are free where `path` is. */
export const freeBytes = async (path: string): Promise<number> => {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};
