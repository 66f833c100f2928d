import type { Call } from "../call.ts";

/** What Hono gives each handler: the Worker's bindings, and what the pipeline found out about the request. */
export interface App {
  Bindings: Env;
  Variables: {
    call: Call;
    requestId: string;
    /** What a ticket stands for that came in place of a token: the digest of a token's secret. */
    ticketSecret: string | undefined;
  };
}
