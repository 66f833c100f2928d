/**
 * Why the service closes a host's socket: the close code, its reason, and after how many seconds the host may
 * come back. The documentation lists them (docs/tables.ts).
 */
export const CLOSINGS = {
  malformed: { code: 4400, why: "a message is not JSON of one of the known types", again: 60 },
  unauthorized: { code: 4401, why: "the token was revoked, replaced or has expired", again: 60 },
  retired: { code: 4404, why: "the host was retired", again: 600 },
  no_hello: { code: 4408, why: "no hello came within 10 s", again: 10 },
  replaced: { code: 4409, why: "another socket of the same owner said hello", again: 60 },
  silent: { code: 4410, why: "nothing was heard for more than three keep-alives", again: 1 },
  too_large: { code: 4413, why: "a message has more than 1 MiB", again: 60 },
  too_many_sockets: { code: 4423, why: "the host has 4 sockets open", again: 60 },
  too_many_messages: { code: 4429, why: "more messages a second than 50", again: 60 },
} as const satisfies Record<string, { code: number; why: string; again: number }>;
export type Closing = keyof typeof CLOSINGS;

/** Codes that must not be sent: they stand for a socket that ended without a code. */
const RESERVED_CODES = [1005, 1006, 1015];

/** The code to answer a peer's close with. */
export const answeringCode = (code: number): number => (RESERVED_CODES.includes(code) ? 1000 : code);
