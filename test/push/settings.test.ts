import { expect, test } from "vitest";
import page from "../../src/docs/pages/socket.md?raw";
import { reconnectWithinSeconds } from "../../src/push/open-socket.ts";
import { FAR_START } from "../lease-client.ts";
import { World } from "../world.ts";
import { HostSocket, shareClock } from "./socket-client.ts";

const farWorld = () => shareClock(new World({ now: FAR_START }));

/** What the documentation says of each setting. */
const printed = (): Map<string, string> => {
  const [row = ""] = page.match(/^\| `settings .*$/m) ?? [];
  return new Map([...row.matchAll(/`(\w+)` \((.*?)\)/g)].map(([, name = "", words = ""]) => [name, words]));
};

/** The settings that a host is told when it opens a socket and says hello. */
const settingsOf = async (world: World, hostId: number) => {
  const host = await HostSocket.open(world, hostId);
  await host.ask("hello", { owner: "process 1", slots: 1 });
  const { type: _, id: __, ...settings } = await host.received("settings");
  host.socket.close(1000, "over");
  await host.untilClosed();
  return settings;
};

test("a host is told the settings that the documentation names", async () => {
  const world = farWorld();
  const { id: hostId } = await world.host();
  const settings = await settingsOf(world, hostId);
  expect(Object.keys(settings)).toEqual([...printed().keys()]);
  for (const name of ["keep_alive_seconds", "max_message_bytes", "max_messages_a_second"])
    expect(settings[name], name).toBe(Number(printed().get(name)?.replaceAll(",", "")));
  expect(settings).toEqual({
    keep_alive_seconds: 30,
    max_message_bytes: 1024 * 1024,
    max_messages_a_second: 50,
    again_within_seconds: reconnectWithinSeconds(hostId),
  });
});

test.each([
  [1, 1],
  [50, 1],
  [51, 2],
  [1000, 20],
  [30_000, 600],
  [1_000_000, 600],
])("of %i hosts that lose their sockets at once each reconnects within %i s", (hosts, seconds) => {
  expect(reconnectWithinSeconds(hosts)).toBe(seconds);
});
