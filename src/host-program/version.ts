/** The protocol version, sent with every request. The service supports each one for two years after the next. */
export const PROTOCOL = 1;
