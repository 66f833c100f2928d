import { createHash } from "node:crypto";

/** SHA-256 of UTF-8 text, in hex. Synchronous: to wait for so short a digest costs more than to make it. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
