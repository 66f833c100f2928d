import { createHash } from "node:crypto";
import { z } from "zod";
import type { Answer, World } from "../world.ts";

/** An export as its reader has it. */
export interface Exported {
  lines: string[];
  files: Map<string, { type: string; bytes: Uint8Array }>;
}

const head = z.looseObject({ table: z.string(), columns: z.array(z.string()) });

const nextIn = ({ headers }: Answer): string | undefined => {
  const [, address] = /<([^>]+)>; rel="next"/.exec(headers.get("Link") ?? "") ?? [];
  return address && new URL(address).search;
};

/** The lines of an export, page by page; `between` is called after each page. */
export const exportLines = async (
  world: World,
  between?: (page: number, lines: readonly string[]) => Promise<unknown>,
): Promise<string[]> => {
  const lines: string[] = [];
  let query: string | undefined = "";
  for (let page = 0; query !== undefined; page++) {
    const answer = await world.get(`/api/v3/automation/export${query}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    lines.push(...answer.text.trimEnd().split("\n"));
    query = nextIn(answer);
    await between?.(page, lines);
  }
  return lines;
};

/** The rows of a table in an export, each with its columns' names. */
export const rowsOf = (lines: readonly string[], table: string): Record<string, unknown>[] => {
  let columns: string[] | undefined;
  return lines.flatMap((line) => {
    if (line.startsWith("{")) {
      const of = head.safeParse(JSON.parse(line)).data;
      columns = of?.table === table ? of.columns : undefined;
      return [];
    }
    const row: unknown[] = columns ? JSON.parse(line) : [];
    return columns ? [Object.fromEntries(columns.map((name, place) => [name, row[place]]))] : [];
  });
};

/** Reads a whole installation. */
export const exportAll = async (world: World): Promise<Exported> => {
  const lines = await exportLines(world);
  const files: Exported["files"] = new Map();
  for (const { key, content_type } of rowsOf(lines, "project.files")) {
    const path = `/api/v3/automation/export/file?${new URLSearchParams({ key: String(key) })}`;
    const { status, text } = await world.text("GET", path);
    if (status === 200)
      files.set(String(key), { type: String(content_type), bytes: new TextEncoder().encode(text) });
  }
  return { lines, files };
};

export const digestOf = ({ lines }: Pick<Exported, "lines">): string =>
  createHash("sha256")
    .update(`${lines.join("\n")}\n`)
    .digest("hex");

const schemaIn = ({ lines }: Pick<Exported, "lines">): number =>
  z.looseObject({ schema: z.int() }).parse(JSON.parse(lines[0] ?? "")).schema;

export const begin = (world: World, exported: Exported, facts: object = {}): Promise<Answer> =>
  world.post("/api/v3/automation/restore", {
    restore: digestOf(exported),
    format: 1,
    schema: schemaIn(exported),
    ...facts,
  });

export const finish = (world: World, exported: Exported): Promise<Answer> =>
  world.post("/api/v3/automation/restore/finish", { restore: digestOf(exported) });

/** Sends lines of an export, or others in its name. */
export const send = (
  world: World,
  exported: Exported,
  lines: readonly string[],
  { done = 0 }: { done?: number } = {},
): Promise<Answer> =>
  world.post(
    `/api/v3/automation/restore/lines?restore=${digestOf(exported)}&lines_done=${done}`,
    `${lines.join("\n")}\n`,
  );

export const sendFile = (world: World, exported: Exported, key: string): Promise<Answer> => {
  const { type, bytes } = exported.files.get(key) ?? { type: "", bytes: new Uint8Array() };
  const query = new URLSearchParams({ restore: digestOf(exported), key, content_type: type });
  return world.put(`/api/v3/automation/restore/file?${query}`, bytes, {
    headers: { "Content-Length": String(bytes.byteLength) },
  });
};

/** The lines of an export in pieces, each of which begins with what its rows are of. */
export const pieces = (lines: readonly string[], most: number): string[][] => {
  const made: string[][] = [];
  let of = "";
  let last: string[] = [];
  for (const line of lines.slice(1)) {
    if (line.startsWith("{")) of = line;
    else {
      if (last.length === 0) made.push(last);
      if (last.findLast((each) => each.startsWith("{")) !== of) last.push(of);
      last.push(line);
      if (last.length >= most) last = [];
    }
  }
  return made;
};

const accepted = (answer: Answer): void => {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
};

/** Restores an export into an empty installation; each request is sent `times` times. */
export const restoreAll = async (world: World, exported: Exported, times = 1): Promise<void> => {
  const often = async (request: () => Promise<Answer>) => {
    for (let time = 0; time < times; time++) accepted(await request());
  };
  await often(() => begin(world, exported));
  for (const piece of pieces(exported.lines, 30)) await often(() => send(world, exported, piece));
  for (const key of exported.files.keys()) await often(() => sendFile(world, exported, key));
  await often(() => finish(world, exported));
};
