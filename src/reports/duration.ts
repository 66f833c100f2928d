/**
 * A time in seconds, or in units of so many milliseconds, with or without grouping; a comma that can't group is a
 * decimal one. null where it is negative, or no plain number: "1:23" may be minutes or hours, and is not guessed.
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

/** The same of a time that is a number already. */
export const millisecondsOfNumber = (time: unknown, unit = 1): number | null => {
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) return null;
  return Math.round(time * unit * 1000) / 1000 + 0;
};
