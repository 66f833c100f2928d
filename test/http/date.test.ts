import { expect, test } from "vitest";
import { World } from "../world.ts";

test("every answer says what time it is here: plain ones, refused ones and pages", async () => {
  const world = new World();
  const { hostId, guid } = await world.ready();
  const token = await world.token("host");
  for (const time of ["Mon, 02 Mar 2026 10:00:00 GMT", "Mon, 02 Mar 2026 10:01:30 GMT"]) {
    const answers = [
      // The first ping and poll are the routes', the others their host's object answers alone.
      await world.ping(hostId, guid, { token }),
      await world.ping(hostId, guid, { token }),
      await world.ping(hostId, guid, { token }),
      await world.poll(hostId, { token }),
      await world.poll(hostId, { token }),
      await world.poll(hostId, { token }),
      await world.ping(hostId, guid),
      await world.poll(hostId),
      await world.poll(hostId, { token: null }),
      await world.get("/api/v3/nothing"),
      await world.get("/health"),
      await world.get("/console/sign-in"),
    ];
    for (const { headers } of answers) expect(headers.get("Date")).toBe(time);
    world.advance(90_000);
  }
});
