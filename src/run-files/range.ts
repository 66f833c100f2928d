/** A part of what is so many bytes long: from `from` up to `until`. */
export interface Part {
  from: number;
  until: number;
}

const RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/;

/** The part that a Range header asks for; undefined where there is none, or one of another form, "none" where it lies outside. */
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
