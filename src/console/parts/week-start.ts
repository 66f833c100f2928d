/// <reference lib="esnext.intl" />

const MONDAY = 1;

/** The first day of the week (1 is Monday, 7 is Sunday) where the reader lives, by the first language that the browser asks for. */
export const weekStartOf = (acceptLanguage: string | undefined): number => {
  const language = acceptLanguage?.split(",")[0]?.split(";")[0]?.trim() ?? "";
  if (language === "" || language === "*") return MONDAY;
  try {
    return new Intl.Locale(language).getWeekInfo().firstDay;
  } catch {
    return MONDAY;
  }
};
