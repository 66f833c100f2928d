/** The maximum of labels that a host has. */
export const MAX_LABELS = 20;

/** What a label of a host looks like: `linux`, `gpu:a100`, `site/berlin`. */
export const LABEL = /^[A-Za-z0-9._\-:/]{1,40}$/;

/** The same in words, for messages. */
export const LABEL_FORM = "must be 1 to 40 characters of a-z, A-Z, 0-9 and . _ - : /";
