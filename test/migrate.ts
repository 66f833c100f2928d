import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

// Files share a workerd, whose start takes longer than most of them: each begins with storage and modules of its own.
vi.resetModules();

const hasTables = async (): Promise<boolean> => {
  const { results } = await env.DB.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'hosts'").all();
  return results.length > 0;
};

// What was still busy in the file before can keep its storage over a reset.
for (let resets = 0; resets === 0 || (await hasTables()); resets++) {
  if (resets === 10) throw new Error("the storage of the file before can't be reset");
  await reset();
}
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
// What an object that was still busy in the file before, or R2, keeps is of a host or project that no later one knows.
for (const table of ["hosts", "projects"])
  await env.DB.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
    .bind(table, Math.floor(Math.random() * 1e6))
    .run();
