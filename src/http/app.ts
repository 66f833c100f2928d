import type { Call } from "../call.ts";

/** What Hono gives each handler: the Worker's bindings, and what the pipeline found out. */
export interface App {
  Bindings: Env;
  Variables: {
    call: Call;
    requestId: string;
    /** If a ticket replaced the token: the digest of the token's secret. */
    ticketSecret: string | undefined;
    /** The body of a call that takes bytes. */
    bytes: Uint8Array;
  };
}
