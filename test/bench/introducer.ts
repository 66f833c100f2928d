import { guidOf } from "./stock.ts";
import type { Running } from "./workerd.ts";

/** Older than any change that an object may not know of (CHANGE_MS), so that it learns from the first poll. */
export const KNOWN_FOR_MS = 10 * 60_000;

/** Introduces hosts to the product's objects as if that had been a while ago, and does nothing else. */
export const INTRODUCER = {
  objectsOf: "product",
  script: `export default {
    fetch: async (request, { HOST }) => {
      const now = Date.now() - ${KNOWN_FOR_MS};
      for (const [id, guid] of await request.json()) await HOST.getByName(String(id)).introduce(guid, { now });
      return new Response();
    },
  };`,
};

/** Introduces these hosts to their objects. */
export const introduce = async ({ url }: Running, hosts: readonly number[]): Promise<void> => {
  const body = JSON.stringify(hosts.map((host) => [host, guidOf(host)]));
  const answer = await fetch(url, { method: "POST", body });
  if (!answer.ok) throw new Error(`introducing hosts: ${answer.status} ${await answer.text()}`);
};
