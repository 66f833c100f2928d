import { z } from "zod";
import { jobPath } from "../results/junit.ts";
import type { Answer, Ready, RequestOptions, World } from "../world.ts";

/** The smallest part that R2 takes. */
export const PART_BYTES = 5 * 1024 * 1024;
/** A file of three parts, of which the last is as short as the file of one part. */
export const THREE_PARTS = { bytes: 2 * PART_BYTES + 5 };
export const SHORT = "short";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const idShape = z.object({ upload_id: z.int() });

export const uploadIdIn = ({ body }: Answer): number => idShape.parse(body).upload_id;

/** Sends a file of one run in parts; of one part unless said otherwise. */
export const uploader = (world: World, ready: Pick<Ready, "projectId" | "jobId">, query = "") => {
  const path = `${jobPath(ready)}/attempts/1/uploads`;
  const facts = { path: "out/all.txt", bytes: 5, part_bytes: PART_BYTES, content_type: "text/plain" };
  const create = (given: object = {}, options: RequestOptions = {}): Promise<Answer> =>
    world.post(`${path}${query}`, { ...facts, ...given }, options);
  return {
    path,
    create,
    begin: async (given: object = {}): Promise<number> => uploadIdIn(await create(given)),
    put: (id: number, part: number, text = SHORT, headers: Record<string, string> = {}): Promise<Answer> =>
      world.put(`${path}/${id}/parts/${part}${query}`, text, {
        headers: { "Content-Length": String(bytesOf(text).byteLength), ...headers },
      }),
    complete: (id: number): Promise<Answer> => world.post(`${path}/${id}/complete${query}`),
    drop: (id: number): Promise<Answer> => world.delete(`${path}/${id}${query}`),
    list: async (): Promise<unknown> => (await world.get(`${jobPath(ready)}/artifacts`)).body,
    read: (): Promise<Answer> => world.get(`${jobPath(ready)}/artifacts/out/all.txt`),
  };
};
