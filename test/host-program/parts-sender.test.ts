import { truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { answeringService, refusal, type TestAnswer } from "./answering-service.ts";
import { SendingPlace } from "./sending-place.ts";

const MIB = 1024 * 1024;
const FILE_BYTES = 100 * MIB + 1;
const PARTS = [1, 2, 3, 4];

/** A service that keeps a file in parts as the real one does. `answer` may say something else of a part. */
const keepingParts = async (
  answer: (part: number, tries: number) => TestAnswer | undefined = () => undefined,
) => {
  const kept = new Map<number, number>();
  const seen = { begun: 0, isComplete: false, tries: 0 };
  const missing = () => PARTS.filter((part) => !kept.has(part));
  const state = (): TestAnswer => ({ status: 200, body: { upload_id: seen.begun, missing: missing() } });
  const service = await answeringService(({ method, path, body }) => {
    if (!path.includes("/uploads")) return { status: 200 };
    if (path.endsWith("/uploads")) {
      seen.begun ||= 1;
      return state();
    }
    if (path.endsWith("/complete")) {
      if (missing().length > 0) return refusal(409, "upload_incomplete");
      seen.isComplete = true;
      return { status: 200, body: {} };
    }
    const part = Number(path.split("/").at(-1));
    seen.tries += 1;
    const other = answer(part, seen.tries);
    if (other) return other;
    expect(method).toBe("PUT");
    kept.set(part, body.length);
    return state();
  });
  const sentParts = () =>
    service.heard.flatMap(({ path }) => (path.includes("/parts/") ? [Number(path.split("/").at(-1))] : []));
  return { service, kept, seen, sentParts };
};

const placeWith = (service: Awaited<ReturnType<typeof keepingParts>>["service"]) => {
  const place = new SendingPlace(service);
  place.leave({ artifacts: ["film.mp4", "small.txt"] });
  truncateSync(place.pathOf("film.mp4"), FILE_BYTES);
  return place;
};

test("an artifact over 100 MiB is sent in parts under the run's lease, and completed", async () => {
  const { service, kept, seen, sentParts } = await keepingParts();
  const place = placeWith(service);
  await place.send();
  expect(sentParts()).toEqual(PARTS);
  expect([...kept.values()]).toEqual([32 * MIB, 32 * MIB, 32 * MIB, 4 * MIB + 1]);
  expect(seen.isComplete).toBe(true);
  const uploads = service.heard.filter(({ path }) => path.includes("/uploads"));
  expect(uploads.map(({ query }) => query.get("lease_id"))).toEqual(uploads.map(() => "7-lease"));
  expect(JSON.parse(uploads[0]?.body.toString() ?? "")).toEqual({
    ...{ path: "film.mp4", bytes: FILE_BYTES, part_bytes: 32 * MIB, content_type: "video/mp4" },
  });
  expect(place.filesSent).toMatchObject({ artifacts: 2, refused: [], unsent: [] });
});

test("after a cut the host goes on with the part that was cut off, also when it was started again", async () => {
  const { service, sentParts, seen } = await keepingParts((part, tries) =>
    part === 3 && tries === 3 ? { status: 503 } : undefined,
  );
  const place = placeWith(service);
  await place.send();
  expect(sentParts()).toEqual([1, 2, 3, 3, 4]);
  expect(seen.isComplete).toBe(true);
  expect(place.filesSent).toMatchObject({ artifacts: 2, unsent: [] });
});

test("parts that the service lost are sent again; one that it goes on refusing is told", async () => {
  const lost = await keepingParts((part, tries) =>
    part === 2 && tries === 2 ? refusal(404, "not_found") : undefined,
  );
  const place = placeWith(lost.service);
  await place.send();
  expect(lost.sentParts()).toEqual([1, 2, 2, 3, 4]);
  expect(place.filesSent).toMatchObject({ artifacts: 2, refused: [] });
  const refusing = await keepingParts(() => refusal(404, "not_found"));
  const other = placeWith(refusing.service);
  await other.send();
  expect(refusing.sentParts()).toEqual([1, 1, 1]);
  expect(other.filesSent).toMatchObject({ artifacts: 1, refused: ["artifact film.mp4"] });
});
