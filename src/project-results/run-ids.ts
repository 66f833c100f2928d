/** How many results, sent again ones included, one run may have. */
export const PLACES = 2 ** 24;

/** A result's id holds its run: those of one run lie together, and those of later runs behind them. */
export const firstIdOf = (run: number): number => run * PLACES;
/** The run of a result, by its id in SQL. */
export const RUN_OF_ID = (id: string): string => `(${id} >> 24)`;
