/** How a text is written so that a tool takes each of its characters for itself. */

/** For regular expressions of JavaScript, Ruby, PHP and Go: no letter or digit gets a backslash. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (found) => (found === "/" ? "/" : `\\${found}`));
}

/**
 * For regular expressions over the titles of JavaScript tests. A space also stands for the line break or tab that a
 * report turned into a space.
 */
export function quoteTitle(title: string): string {
  return quoteRegex(title).replaceAll(" ", "\\s");
}

/** For Java's regular expressions. */
export function quoteJavaRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** For globs where a set of one character stands for that character: `[*]`. */
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

/** One argument for cmd.exe: quotes are doubled, and a percent sign is kept from naming a variable. */
export function quoteCmd(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll("%", "%^")}"`;
}
