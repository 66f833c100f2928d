/** The maximum length of a JSON parameter, in characters. */
const CHUNK_CHARACTERS = 500_000;

/** Rows as JSON arrays of bounded length, one per statement. */
export const chunksOf = (rows: readonly unknown[]): string[] => {
  const chunks: string[] = [];
  let parts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const part = JSON.stringify(row);
    if (length > 0 && length + part.length > CHUNK_CHARACTERS) {
      chunks.push(`[${parts.join()}]`);
      [parts, length] = [[], 0];
    }
    parts.push(part);
    length += part.length + 1;
  }
  return parts.length === 0 ? chunks : [...chunks, `[${parts.join()}]`];
};
