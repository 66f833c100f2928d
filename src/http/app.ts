import type { Call } from "../call.ts";

/** What Hono gives each handler: the Worker's bindings, and what the pipeline found out about the request. */
export interface App {
  Bindings: Env;
  Variables: {
    call: Call;
    requestId: string;
    /** The body of a call that takes bytes. */
    bytes: Uint8Array;
  };
}
