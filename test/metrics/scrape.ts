import { HOUR, START, World } from "../world.ts";

/** A scrape: each sample by its name and labels as they are written. */
export const scrape = async (world: World, token?: string) => {
  const { status, type, text } = await world.text("GET", "/metrics", token === undefined ? {} : { token });
  const samples = new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line): [string, number] => {
        const space = line.lastIndexOf(" ");
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
  );
  return { status, type, text, of: (sample: string) => samples.get(sample) ?? Number.NaN };
};

/** The samples' growth by what is done between two scrapes. The tests of a file share their database. */
export const growth = async (world: World, doing: () => Promise<unknown>) => {
  await world.tick();
  const before = await scrape(world);
  await doing();
  const after = await scrape(world);
  return (sample: string) => after.of(sample) - before.of(sample);
};

let hours = 0;

/** Each test begins later than the one before, as its ticks must. */
export const newWorld = () => new World({ now: START + 1000 * HOUR * ++hours });
