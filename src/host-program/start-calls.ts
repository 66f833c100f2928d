import type { Send } from "./registration.ts";
import type { ServiceClient } from "./service-client.ts";
import type { Troubles } from "./troubles.ts";

export interface StartCalls {
  send: Send;
  /** Whether a try so far had no answer. */
  wasUnanswered: () => boolean;
}

/** The calls of a host that starts. They end without an answer when `over` is aborted. */
export const startCalls = (client: ServiceClient, troubles: Troubles, over: AbortSignal): StartCalls => {
  let unanswered = 0;
  return {
    send: (call) =>
      client.untilAnswered(
        () => call(client.api),
        over,
        ({ message }) => {
          unanswered += 1;
          troubles.has("start", message);
        },
      ),
    wasUnanswered: () => unanswered > 0,
  };
};
