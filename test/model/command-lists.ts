import fc from "fast-check";
import type { Command } from "./commands.ts";
import { command, quietCommand } from "./plain-commands.ts";
import { make, plannedCommand } from "./planned-commands.ts";
import { socketCommand } from "./socket-commands.ts";

const CLEAR: Command = { do: "clear" };
const CONNECT: Command = { do: "connect", owner: "p", slots: 3, keeps: true, hold: null };

/** The commands of one run: of a host with jobs to do, of one that is quiet, of two whose schedules change, and, if asked for, of one on sockets. Not shrunk here: play.ts does it, keeping what broke. */
export const commandsOf = (length: number, isOnSockets: boolean): fc.Arbitrary<Command[]> => {
  const many = (one: fc.Arbitrary<Command>) => fc.array(one, { minLength: length, maxLength: length });
  const quiet = many(quietCommand).map((commands) => [CLEAR, ...commands]);
  const first = make.map((made): Command => ({ ...made, host: 0, hold: null }));
  const planned = fc
    .tuple(first, many(plannedCommand))
    .map(([made, commands]): Command[] => [{ do: "second host" }, CLEAR, made, ...commands]);
  const onSockets = many(socketCommand).map((commands) => [CONNECT, ...commands]);
  return fc.noShrink(
    fc.oneof(
      many(command),
      quiet,
      { weight: 2, arbitrary: planned },
      { weight: isOnSockets ? 2 : 0, arbitrary: onSockets },
    ),
  );
};
