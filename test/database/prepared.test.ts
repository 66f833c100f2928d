import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/database/database.ts";

test("statements of a form are built with the first of them, and each has values of its own", async () => {
  let built = 0;
  const ask = async (number: number, text: string | null) => {
    const db = openDatabase(env.DB);
    const [rows] = await db.batch(
      db.prepared("a form of this test", { number, text }, (of) => {
        built += 1;
        return [
          db.read<{ number: number; text: string | null }>(
            sql`SELECT CAST(${of.number} AS INTEGER) AS number, ${of.text} AS text`,
          ),
        ] as const;
      }),
    );
    return rows;
  };
  expect(await ask(1, "one")).toEqual([{ number: 1, text: "one" }]);
  expect(await ask(2, null)).toEqual([{ number: 2, text: null }]);
  expect(built).toBe(1);
});
