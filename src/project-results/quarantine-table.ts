/** Which tests are under quarantine: until when, and why. Their failures are shown, and fail no job. */
export const QUARANTINE_TABLES = `
  CREATE TABLE IF NOT EXISTS quarantines (
    test INTEGER PRIMARY KEY, reason TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
    passes INTEGER NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL
  );
`;
