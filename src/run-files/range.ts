/** A byte range from `from` to `until` (exclusive). */
export interface Part {
  from: number;
  until: number;
}

const RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/;

/** The range in a Range header; undefined if there is none or it has another form; "none" if it is out of bounds. */
export const partOf = (range: string | undefined, bytes: number): Part | "none" | undefined => {
  const [, first, last, suffix] = RANGE.exec((range ?? "").replaceAll(" ", "")) ?? [];
  if (suffix !== undefined) {
    const from = Math.max(0, bytes - Number(suffix));
    return from < bytes ? { from, until: bytes } : "none";
  }
  if (first === undefined) return undefined;
  const from = Number(first);
  const until = last === undefined ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== undefined && Number(last) < from) return undefined;
  return from < bytes ? { from, until } : "none";
};
