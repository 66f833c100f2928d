import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { formerSecrets, tokens } from "../database/schema.ts";

/** A token by id, with its earlier secrets and until when each is valid. */
export const readTokenWithSecrets = async (db: Database, id: number) => {
  const [found, former] = await db.batch([
    db.build.select().from(tokens).where(eq(tokens.id, id)),
    db.build
      .select({ digest: formerSecrets.digest, goodUntil: formerSecrets.goodUntil })
      .from(formerSecrets)
      .where(eq(formerSecrets.tokenId, id)),
  ]);
  return found[0] && { token: found[0], former };
};
