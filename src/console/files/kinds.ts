import type { StoredFile } from "../../project-results/file-table.ts";

/** Larger pictures are opened alone: a page with many of them would load for minutes. */
const MAX_PREVIEW_BYTES = 8 * 1024 * 1024;

const PICTURE = /^image\//;
const VIDEO = /^video\//;
const TEXT_TYPES = ["text/plain", "application/json"];
/** Files that people read as text, and that come without a type that says so. */
const TEXT_NAME =
  /\.(?:cfg|conf|css|csv|diff|err|feature|har|html?|ini|java|js|json|jsonl|log|md|ndjson|out|patch|properties|ps1|py|sh|sql|svg|tap|toml|trace|trx|ts|tsv|txt|xml|ya?ml)$/i;

type Typed = Pick<StoredFile, "name" | "contentType">;

const isText = ({ name, contentType }: Typed): boolean =>
  TEXT_TYPES.includes(contentType) || (contentType === "application/octet-stream" && TEXT_NAME.test(name));

/** The type under which a browser shows a file of a run, without running anything; undefined: it is only saved. */
export const shownType = (file: Typed): string | undefined => {
  if (PICTURE.test(file.contentType) || VIDEO.test(file.contentType)) return file.contentType;
  return isText(file) ? "text/plain; charset=utf-8" : undefined;
};

/** Whether a list shows the file itself. */
export const isPreviewed = ({ contentType, bytes }: Pick<StoredFile, "contentType" | "bytes">): boolean =>
  PICTURE.test(contentType) && bytes <= MAX_PREVIEW_BYTES;

/** A size with the unit that leaves one to three digits. */
export const bytesText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  const mega = bytes / 1_000_000;
  return mega < 1000 ? `${mega.toFixed(mega < 10 ? 1 : 0)} MB` : `${(mega / 1000).toFixed(1)} GB`;
};
