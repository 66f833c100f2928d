import { formatWireTime, parseWireTime, TIME_FORM } from "../wire/times.ts";
import { runTick } from "./clock.ts";
import { argumentsOf, Plain, readVariables, runScript } from "./options.ts";
import { baseUrlOf, CALL_VARIABLES } from "./running.ts";

/** The argument as epoch milliseconds; now without one. */
const timeOf = (argument: string | undefined): number => {
  if (argument === undefined) return Date.now();
  const at = parseWireTime(argument);
  if (at === undefined) throw new Plain(`${argument} is not ${TIME_FORM}`);
  return at;
};

await runScript(async () => {
  const [time] = argumentsOf(process.argv.slice(2), {
    ...{ script: "npm run tick", most: 1, takes: `at most one, ${TIME_FORM}` },
    variables: CALL_VARIABLES,
  });
  const at = timeOf(time);
  const baseUrl = baseUrlOf(readVariables());
  await runTick(baseUrl, at);
  console.log(
    `The tick for ${formatWireTime(at)} ran well at ${baseUrl}: it did the window that had ended then.`,
  );
  console.log("What it changed is told by the server's own output.");
  if (at > Date.now()) {
    console.log("That time is ahead of the clock: until then, the server's own ticks change no presence.");
  }
  return 0;
});
