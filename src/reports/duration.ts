/**
 * Parses a time in seconds, or in `unit` milliseconds. Digits may be grouped; a comma that cannot group is a decimal
 * comma. null if it is negative or not a plain number: "1:23" may be minutes or hours.
 */
export const millisecondsOf = (time: string | undefined, unit = 1000): number | null => {
  const text = (time ?? "").trim();
  const plain = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)
    ? text.replaceAll(",", "")
    : text.replace(",", ".");
  if (!/^-?\d{1,12}(\.\d*)?(e-?\d{1,2})?$/i.test(plain)) return null;
  const milliseconds = Math.round(Number(plain) * unit * 1000) / 1000;
  return milliseconds < 0 || !Number.isFinite(milliseconds) ? null : milliseconds + 0;
};

/** The same for a time that is a number. */
export const millisecondsOfNumber = (time: unknown, unit = 1): number | null => {
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) return null;
  return Math.round(time * unit * 1000) / 1000 + 0;
};
