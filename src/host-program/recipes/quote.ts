/** Quoting: a tool takes each character of the text literally. */

/** For regular expressions of JavaScript, Ruby, PHP and Go: no letter or digit gets a backslash. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (found) => (found === "/" ? "/" : `\\${found}`));
}

/**
 * For regular expressions over the titles of JavaScript tests. A space also matches a line break or tab,
 * which reports turn into a space.
 */
export function quoteTitle(title: string): string {
  return quoteRegex(title).replaceAll(" ", "\\s");
}

/** For Java's regular expressions. */
export function quoteJavaRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** For globs in which a set of one character matches that character: `[*]`. */
export function quoteGlob(text: string): string {
  return text.replace(/[*?[]/g, "[$&]");
}

/** For picomatch's globs, with a backslash. */
export function quotePicomatch(text: string): string {
  return text.replace(/[\\*?[\](){}!+@|^$]/g, "\\$&");
}

/** One argument for a POSIX shell. */
export function quoteShell(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** One argument for cmd.exe: quotes are doubled, and percent signs expand no variable. */
export function quoteCmd(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll("%", "%^")}"`;
}
