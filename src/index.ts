import { createService } from "./app.ts";
import { runTick } from "./tick.ts";

export { HostObject } from "./host-object/host-object.ts";

const service = createService(Date.now);

export default {
  fetch: service.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
