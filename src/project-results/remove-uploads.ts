import type { CallResults } from "./client.ts";
import type { Files } from "./files.ts";

/**
 * Removes what R2 has of uploads that were given up, or were begun before `before` and not completed: up to `limit` of
 * one project. Forgets them afterwards, so that a removal that was cut off is repeated. Returns how many.
 */
export const removeUploads = async (
  { results, files }: { results: CallResults; files: Files },
  project: number,
  { before, limit }: { before: number; limit: number },
): Promise<number> => {
  const uploads = await results(project, (object) => object.oldUploads(before, limit));
  for (const { isDone, isListed, ...upload } of uploads)
    if (!isDone) await files.multipart.abort(upload, isListed);
  if (uploads.length > 0)
    await results(project, (object) => object.forgetUploads(uploads.map(({ id }) => id)));
  return uploads.length;
};
