#!/bin/sh
# workerd 1.20261102.1, through miniflare 5.20261102.0-beta: a Durable Object's alarm that is set for a time in the past.
#
# Guess: it runs at once, and both getAlarm() and the scheduledTime of alarm() tell the time that was given, so that the
# handler sees how late it is.
# Seen: it runs at once, and both tell the time at which setAlarm() was called: the time that was given is nowhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@5.20261102.0-beta workerd@1.20261102.1
cat >worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";
export class Clock extends DurableObject {
  async alarm({ scheduledTime }) {
    await this.ctx.storage.put("ran", scheduledTime);
  }
  async set(time) {
    const before = Date.now();
    await this.ctx.storage.setAlarm(time);
    return { before, told: await this.ctx.storage.getAlarm(), after: Date.now() };
  }
  async ran() {
    return (await this.ctx.storage.get("ran")) ?? null;
  }
}
export default {
  async fetch(request, { CLOCK }) {
    const clock = CLOCK.getByName("one");
    return Response.json(request.method === "POST" ? await clock.set(Number(await request.text())) : await clock.ran());
  },
};
JS
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Miniflare } from "miniflare";
const config = {
  name: "worker",
  compatibilityDate: "2026-11-01",
  manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: readFileSync("worker.js", "utf8") } } },
  env: { CLOCK: { type: "durable-object", worker: "worker", exportName: "Clock" } },
  exports: { Clock: { type: "durable-object", storage: "sqlite" } },
};
const miniflare = new Miniflare({ workers: [{ config }] });
try {
  const ask = async (init) => (await miniflare.dispatchFetch("http://worker/", init)).json();
  const given = Date.parse("2001-01-01T00:00:00Z");
  const { before, told, after } = await ask({ method: "POST", body: String(given) });
  let ran = null;
  for (let tries = 0; ran === null && tries < 100; tries++) {
    await sleep(100);
    ran = await ask();
  }
  const kind = (time) => (time === given ? "as given" : time >= before && time <= after ? "as called" : String(time));
  console.log(`getAlarm ${kind(told)}, scheduledTime ${kind(ran)}`);
} finally {
  await miniflare.dispose();
}
JS
seen=$(timeout 60 node run.mjs)
if [ "$seen" = "getAlarm as called, scheduledTime as called" ]; then
  echo "workerd 1.20261102.1 tells the time of the call in place of a past time that setAlarm() was given, in getAlarm() and in alarm()"
else
  echo "workerd has changed: $seen"
  exit 1
fi
