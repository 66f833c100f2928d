/** The version of the programs: the package's. */
export const VERSION = "0.1.0";
