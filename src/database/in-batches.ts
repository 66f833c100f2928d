/** The limits of a step: how many batches, each only if its statements are left. */
interface Bounds {
  batches: number;
  queriesEach: number;
  queriesLeft: () => number;
}

/** Runs a batch repeatedly, within the limits, until it returns that nothing is left. */
export const inBatches = async (
  { batches, queriesEach, queriesLeft }: Bounds,
  batch: () => Promise<boolean>,
): Promise<void> => {
  for (let run = 0; run < batches && queriesLeft() >= queriesEach; run++) if (!(await batch())) return;
};
