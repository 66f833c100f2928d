/** The version of the program; the package's own. */
export const VERSION = "0.1.0";

/** The version of what it says to the service, sent with every request. Each is served for two years after the next one. */
export const PROTOCOL = 1;
