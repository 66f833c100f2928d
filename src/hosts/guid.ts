/** What a guid is compared by: without case, without space around it. */
export const comparableGuid = (guid: string): string => guid.trim().toLowerCase();
