/**
 * Text of users in one line of at most so many characters, without what would begin another line, or hide or turn text:
 * whoever names a schedule writes no line of a message that others read.
 */
export const oneLine = (text: string, most: number): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\p{Cf}/gu, "")
    .trim()
    .slice(0, most)
    .toWellFormed()
    .trimEnd();
