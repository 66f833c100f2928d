import { statfs } from "node:fs/promises";

/** The free bytes on the disk of `path`. A file system that counts no blocks has no limit. */
export const freeBytes = async (path: string): Promise<number> => {
  const { bavail, blocks, bsize } = await statfs(path);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
};

/** Too little free disk to take a job: what is free at `path`, and what must be, in bytes. */
export interface LowDisk {
  path: string;
  freeBytes: number;
  leastBytes: number;
}

/** The disk of `path` if less than `leastBytes` are free there, or null. */
export const lowDiskAt = async (path: string, leastBytes: number): Promise<LowDisk | null> => {
  const free = await freeBytes(path);
  return free >= leastBytes ? null : { path, freeBytes: free, leastBytes };
};

const megabytes = (bytes: number) => Math.floor(bytes / 1e6);

/** Why no job may be taken on such a disk. */
export const whyNoRoom = ({ path, freeBytes: free, leastBytes }: LowDisk): string =>
  `no job is asked for: ${megabytes(free)} MB are free at ${path}, and ${megabytes(leastBytes)} MB must be (free_disk)`;
