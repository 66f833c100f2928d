/** Terminal colour codes. XML reports hold a replacement for the escape character, and some tools spell it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
const COLOURS = /(?:[\x1b\ufffd]|#x1B|\\e)\[[\d;]{0,20}[A-Za-z]/g;

/** Text without colours. */
export const plainText = (text: string | null): string | null => text?.replace(COLOURS, "") ?? null;
