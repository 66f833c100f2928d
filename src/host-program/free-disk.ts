import { statfs } from "node:fs/promises";

/** The free bytes on the disk of `path`. A file system that counts no blocks has no limit. */
export const freeBytes = async (path: string): Promise<number> => {
  const { bavail, blocks, bsize } = await statfs(path);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
};

/** Why no job may be taken: too little free disk; or null. */
export const whyNoRoom = async (path: string, leastBytes: number): Promise<string | null> => {
  const free = await freeBytes(path);
  if (free >= leastBytes) return null;
  const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
  return `no job is asked for: ${megabytes(free)} MB are free at ${path}, and ${megabytes(leastBytes)} must be (free_disk)`;
};
