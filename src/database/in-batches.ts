/** How far a step of the tick goes: so many batches, each where its statements are still left to the step. */
interface Bounds {
  batches: number;
  queriesEach: number;
  queriesLeft: () => number;
}

/** Runs a batch again and again while it says that there is more, within the bounds. */
export const inBatches = async (
  { batches, queriesEach, queriesLeft }: Bounds,
  batch: () => Promise<boolean>,
): Promise<void> => {
  for (let run = 0; run < batches && queriesLeft() >= queriesEach; run++) if (!(await batch())) return;
};
