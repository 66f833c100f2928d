/** The id in a search like 17 or #17. */
export const idIn = (text: string): number | undefined => {
  const [, id] = /^#?([1-9]\d{0,14})$/.exec(text) ?? [];
  return id === undefined ? undefined : Number(id);
};
