import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { webhooks } from "../database/schema.ts";

/** A webhook's sealed secrets. */
export interface SealedSecrets {
  id: number;
  secret: string | null;
  formerSecret: string | null;
  credential: string | null;
}

/** At most `most` webhooks with a secret that does not begin with `mark`. */
export const readSealedOtherwise = async (
  db: Database,
  mark: string,
  most: number,
): Promise<SealedSecrets[]> => {
  const [rows] = await db.batch([
    db.build
      .select({
        id: webhooks.id,
        secret: webhooks.secret,
        formerSecret: webhooks.formerSecret,
        credential: webhooks.credential,
      })
      .from(webhooks)
      .where(
        and(
          gt(webhooks.id, 0),
          isNull(webhooks.deletedAt),
          sql`(substr(${webhooks.secret}, 1, length(${mark})) <> ${mark}
            OR substr(${webhooks.formerSecret}, 1, length(${mark})) <> ${mark}
            OR substr(${webhooks.credential}, 1, length(${mark})) <> ${mark})`,
        ),
      )
      .limit(most),
  ]);
  return rows;
};

/** Stores secrets that were sealed anew, unless they were changed meanwhile. */
export const storeSealed = async (
  db: Database,
  { id, ...before }: SealedSecrets,
  after: Omit<SealedSecrets, "id">,
): Promise<void> => {
  await db.batch([
    db.build
      .update(webhooks)
      .set(after)
      .where(
        and(
          eq(webhooks.id, id),
          sql`${webhooks.secret} IS ${before.secret} AND ${webhooks.formerSecret} IS ${before.formerSecret}
            AND ${webhooks.credential} IS ${before.credential}`,
        ),
      ),
  ]);
};
