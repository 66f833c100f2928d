import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { type AnsweringService, answeringService, refusal } from "./answering-service.ts";
import { SendingPlace } from "./sending-place.ts";

const CHUNK = 1024 * 1024;
const LOG = "0123456789abcdef".repeat((2.5 * CHUNK) / 16);

interface KeptLog {
  service: AnsweringService;
  /** What the service has of the log. */
  text: () => string;
  /** The offsets of the chunks that it was sent. */
  offsets: () => number[];
  isEnded: () => boolean;
}

/** A service that keeps a log as the real one does, and has this of it already. Some chunks it does not answer. */
const keepingLog = async (
  before = "",
  isLater: (tries: number) => boolean = () => false,
): Promise<KeptLog> => {
  let kept = Buffer.from(before);
  let isEnded = false;
  let tries = 0;
  const service = await answeringService(({ path, query, body }) => {
    if (!path.endsWith("/log")) return { status: 200 };
    tries += 1;
    if (isLater(tries)) return { status: 503 };
    const offset = Number(query.get("offset"));
    if (isEnded) return refusal(409, "log_ended");
    if (offset > kept.length) return refusal(409, "log_gap");
    kept = Buffer.concat([kept, body.subarray(kept.length - offset)]);
    isEnded = query.get("final") === "true";
    return { status: 200, body: { next_offset: kept.length } };
  });
  const offsets = () =>
    service.heard.flatMap(({ path, query }) => (path.endsWith("/log") ? [Number(query.get("offset"))] : []));
  return { service, offsets, text: () => kept.toString(), isEnded: () => isEnded };
};

describe("the output of a run that ended", () => {
  test("is sent from where the service has it on, chunk by chunk, and ended", async () => {
    const { service, text, offsets, isEnded } = await keepingLog(LOG.slice(0, 100));
    const place = new SendingPlace(service);
    place.leave({ log: LOG, logSent: 100 });
    await place.send();
    expect(offsets()).toEqual([100, CHUNK + 100, 2 * CHUNK + 100]);
    expect(text() === LOG).toBe(true);
    expect(isEnded()).toBe(true);
    expect(place.troubles).toEqual([]);
  });

  test("is whole at the service though it has lost what it confirmed", async () => {
    const { service, text, offsets, isEnded } = await keepingLog(LOG.slice(0, 1000));
    const place = new SendingPlace(service);
    place.leave({ log: LOG, logSent: 2 * CHUNK });
    await place.send();
    expect(offsets().slice(0, 2)).toEqual([2 * CHUNK, 0]);
    expect(text() === LOG).toBe(true);
    expect(isEnded()).toBe(true);
    expect(place.troubles).toEqual([]);
  });

  test("is as good as sent where an earlier try ended it", async () => {
    const { service } = await keepingLog();
    service.answer = ({ path }) => (path.endsWith("/log") ? refusal(409, "log_ended") : { status: 200 });
    const place = new SendingPlace(service);
    place.leave({ log: LOG });
    await place.send();
    expect(place.filesSent).toMatchObject({ refused: [], unsent: [] });
  });

  test("goes on after a chunk that was not answered, without what is confirmed", async () => {
    const { service, text, offsets } = await keepingLog("", (tries) => tries % 2 === 0);
    const place = new SendingPlace(service);
    place.leave({ log: LOG });
    await place.send();
    expect(offsets()).toEqual([0, CHUNK, CHUNK, 2 * CHUNK, 2 * CHUNK]);
    expect(text() === LOG).toBe(true);
  });

  test("is named as refused where the service takes none of it", async () => {
    const { service } = await keepingLog();
    service.answer = ({ path }) => (path.endsWith("/log") ? refusal(409, "log_gap") : { status: 200 });
    const place = new SendingPlace(service);
    place.leave({ log: LOG, logSent: 5 });
    await place.send();
    expect(place.filesSent).toMatchObject({ refused: ["its output"] });
  });

  test("is not sent where there was none", async () => {
    const { service, offsets } = await keepingLog();
    const place = new SendingPlace(service);
    place.leave({ log: "" });
    await place.send();
    expect(offsets()).toEqual([]);
  });
});
