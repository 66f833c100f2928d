import { answered } from "../client/client.ts";
import { Plain } from "../programs/plain-error.ts";
import { eachLine } from "./export-digests.ts";
import { blocksOf } from "./export-file.ts";
import { freeMemory } from "./free-memory.ts";
import { RestoreSender } from "./restore-sender.ts";
import { connection, type Session, wantsJson } from "./session.ts";
import { type CheckedExport, verifyExport } from "./verify-export.ts";

/** For how long a request is sent again. */
const PATIENCE = { tryMs: 300_000, patienceMs: 15 * 60_000 };

const send = async (
  path: string,
  sender: RestoreSender,
  { end, onProgress }: { end: CheckedExport["end"]; onProgress: (lines: number) => void },
): Promise<void> => {
  for await (const block of blocksOf(path)) {
    const lines: Buffer[] = [];
    eachLine(block, (line) => lines.push(line));
    for (const line of lines) {
      // The last line says what the others are.
      if (sender.lines === end.lines) break;
      const waits = sender.take(line);
      if (waits) await waits;
    }
    onProgress(sender.lines);
    freeMemory();
  }
  await sender.end();
};

/** `muster restore FILE`. Throws `Plain`, `Refused`, `Unanswered`. */
export const restoreInstallation = async (session: Session): Promise<number> => {
  const { line, terminal } = session;
  const [path] = line.words;
  if (path === undefined) throw new Plain("which file? muster restore FILE");
  const asked = connection(session, PATIENCE);
  const { format, schema, end } = await verifyExport(path, (lines) =>
    terminal.progress(`${lines} lines are checked`),
  );
  const restore = end.sha256;
  const { automation } = asked.service;
  const begun = await answered(automation.restore.$post({ json: { restore, format, schema } }));
  if (begun.finished_at === null) {
    if (begun.lines_done > 0) terminal.say(`going on at line ${begun.lines_done} of ${end.lines}`);
    const sender = new RestoreSender({ asked, restore }, begun.lines_done);
    const onProgress = (lines: number) => terminal.progress(`${lines} of ${end.lines} lines are sent`);
    await send(path, sender, { end, onProgress });
    await answered(automation.restore.finish.$post({ json: { restore } }));
  }
  const { files, ...tables } = end.tables;
  const rows = Object.values(tables).reduce((sum, each) => sum + each.rows, 0);
  if (wantsJson(session)) terminal.print(JSON.stringify({ file: path, rows, sha256: restore }));
  else if (begun.finished_at !== null)
    terminal.print(`${path} was restored already, at ${begun.finished_at}`);
  else terminal.print(`${rows} rows ${files ? "and the files " : ""}of ${path} are restored`);
  return 0;
};
