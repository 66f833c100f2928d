import { createApp } from "./app.ts";
import { runTick } from "./tick.ts";

export { HostObject } from "./hosts/host-object.ts";

const app = createApp(Date.now);

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => runTick(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
