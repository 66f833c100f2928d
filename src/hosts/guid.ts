/** The form in which guids are compared: trimmed and in lower case. */
export const comparableGuid = (guid: string): string => guid.trim().toLowerCase();
