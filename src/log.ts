/** Writes one JSON line per event. */
export const log: Log = (event, fields) => console.log(JSON.stringify({ event, ...fields }));

/** Writes one structured line. Never pass a secret or a body. */
export type Log = (event: string, fields: Record<string, unknown>) => void;
