#!/bin/sh
# R2 in workerd 1.20261102.1, through miniflare 5.20261102.0-beta: R2MultipartUpload.complete(parts).
#
# Guess: parts are joined by their numbers in whatever order they are listed; and a list of none is refused.
# Seen: they are joined by number, but their sizes are judged as they are listed, the last one as the part that may be
# small. Parts of one size may come in any order; with a small last part the list 2, 1 is refused, and what is refused is
# said to be "your proposed upload", smaller than an object may be. An empty list makes an empty object.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@5.20261102.0-beta workerd@1.20261102.1
cat >worker.js <<'JS'
const FULL = 5 * 1024 * 1024;
const upload = async (bucket, last, order) => {
  const key = `${last} ${order}`;
  const multipart = await bucket.createMultipartUpload(key);
  const parts = {};
  for (const [number, size] of [[1, FULL], [2, last]]) {
    parts[number] = await multipart.uploadPart(number, new Uint8Array(size).fill(number));
  }
  try {
    await multipart.complete(order.map((number) => parts[number]));
  } catch ({ message }) {
    return /\(\d+\)/.exec(message)?.[0] ?? message;
  }
  const bytes = new Uint8Array(await (await bucket.get(key)).arrayBuffer());
  return bytes.length === 0 ? "empty" : `${bytes[0]}-${bytes.at(-1)}`;
};
export default {
  async fetch(_, { BUCKET }) {
    const seen = [];
    for (const last of [FULL, 10]) {
      for (const order of [[1, 2], [2, 1], []]) {
        seen.push(`${last} ${order.join("") || "none"}: ${await upload(BUCKET, last, order)}`);
      }
    }
    return new Response(seen.join(", "));
  },
};
JS
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Miniflare } from "miniflare";
const config = {
  name: "worker",
  compatibilityDate: "2026-11-01",
  manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: readFileSync("worker.js", "utf8") } } },
  env: { BUCKET: { type: "r2", name: "bucket" } },
};
const miniflare = new Miniflare({ workers: [{ config }] });
try {
  console.log(await (await miniflare.dispatchFetch("http://worker/")).text());
} finally {
  await miniflare.dispose();
}
JS
seen=$(timeout 60 node run.mjs)
wanted="5242880 12: 1-2, 5242880 21: 1-2, 5242880 none: empty, 10 12: 1-2, 10 21: (10011), 10 none: empty"
if [ "$seen" = "$wanted" ]; then
  echo "R2 in workerd 1.20261102.1 takes parts of one size in any order, and refuses two as 2, 1 if the second is small"
else
  echo "R2 in workerd has changed: $seen"
  exit 1
fi
