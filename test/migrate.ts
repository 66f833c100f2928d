import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

// Files share a workerd, which takes longer to start than most files run: each file begins with fresh storage and modules.
vi.resetModules();

const hasTables = async (): Promise<boolean> => {
  const { results } = await env.DB.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'hosts'").all();
  return results.length > 0;
};

// Work of the earlier file that still runs can keep its storage over a reset.
for (let resets = 0; resets === 0 || (await hasTables()); resets++) {
  if (resets === 10) throw new Error("the storage of the file before can't be reset");
  await reset();
}
// An object of the earlier file, or R2, may keep rows: new ids start beyond those that the earlier file used.
const startIds = (table: string) =>
  env.DB.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").bind(
    table,
    Math.floor(Math.random() * 1e6),
  );
const migrations = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries);
// In one round trip: every file waits for it.
await env.DB.batch([
  ...migrations.map((query) => env.DB.prepare(query)),
  startIds("hosts"),
  startIds("projects"),
]);
