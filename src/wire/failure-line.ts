/** The line of a test's file that its failure names; undefined: none. */
export const failureLine = ({
  file,
  message,
  detail,
}: {
  file: string | null;
  message: string | null;
  detail: string | null;
}): number | undefined => {
  const name = file?.split(/[\\/]/).at(-1);
  if (!name) return undefined;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const [, line] = new RegExp(`${escaped}[:(]+(\\d{1,6})\\b`).exec(`${detail ?? ""}\n${message ?? ""}`) ?? [];
  return line === undefined ? undefined : Number(line);
};
