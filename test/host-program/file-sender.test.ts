import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/wire/durations.ts";
import { until } from "../local/checkout.ts";
import { type AnsweringService, answeringService, refusal } from "./answering-service.ts";
import { LATER, OK, SendingPlace, sent, serviceWith } from "./sending-place.ts";

const ATTEMPT = "/projects/1/automation/jobs/7/attempts/1";
/** The names of the files that a service was sent, in order. */
const filesOf = ({ heard }: AnsweringService): string[] =>
  heard.flatMap(({ path }) => (/\/(reports|artifacts)\//.test(path) ? [path.split("/").at(-1) ?? ""] : []));

describe("the event of sent files", () => {
  test("counts what the service kept, and names what it refused", async () => {
    const service = await serviceWith({
      "broken.xml": refusal(400, "invalid"),
      "b.png": refusal(413, "big"),
    });
    const place = new SendingPlace(service);
    place.leave({ reports: ["good.xml", "broken.xml"], artifacts: ["a.png", "b.png", "c.png"] });
    await place.send();
    const refused = ["report broken.xml", "artifact b.png"];
    expect(place.filesSent).toEqual(sent({ reports: 1, artifacts: 2, refused, unsent: [] }));
    expect(place.troubles).toEqual([
      "job 7: report broken.xml is not sent: refused: invalid",
      "job 7: artifact b.png is not sent: refused: big",
    ]);
    expect(place.journal().runs).toEqual([]);
  });

  test("names what could not be read", async () => {
    const service = await serviceWith({});
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["gone.png", "here.png"] });
    rmSync(place.pathOf("gone.png"));
    await place.send();
    const unsent = ["artifact gone.png"];
    expect(place.filesSent).toEqual(sent({ reports: 0, artifacts: 1, refused: [], unsent }));
    expect(place.troubles).toEqual([expect.stringContaining("artifact gone.png is not sent: ")]);
  });

  test("names a file whose name no address can have, and the others are sent", async () => {
    const service = await serviceWith({});
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["\ud83d.png", "here.png"] });
    await place.send();
    expect(place.filesSent).toMatchObject({ artifacts: 1, unsent: ["artifact \ud83d.png"] });
  });
});

describe("a token that is refused while files are sent", () => {
  test.each([401, 403])("with %i loses none of them: they wait for a new one", async (status) => {
    const service = await serviceWith({ "b.png": refusal(status, "token_revoked") });
    const place = new SendingPlace(service);
    place.leave({ reports: ["a.xml"], artifacts: ["b.png", "c.png"] });
    const { sender } = place.start();
    await until("the token is refused", () => place.troubles.length > 0);
    expect(place.troubles).toEqual(["job 7: artifact b.png is not sent yet: refused: token_revoked"]);
    expect(filesOf(service)).toEqual(["a.xml", "b.png"]);
    expect(place.journal().runs).toHaveLength(1);
    service.answer = () => OK;
    sender.retry();
    await sender.settled();
    expect(filesOf(service)).toEqual(["a.xml", "b.png", "b.png", "c.png"]);
    expect(place.filesSent).toMatchObject({ reports: 1, artifacts: 2, refused: [] });
  });
});

describe("a file that is not answered", () => {
  test("lets those behind it come first, is told once, and is sent when the service takes it", async () => {
    const service = await serviceWith({ "bad.xml": LATER });
    const place = new SendingPlace(service);
    place.leave({ reports: ["bad.xml", "a.xml"], artifacts: ["b.png"] });
    const { sender } = place.start();
    await until("it was tried again and again", () => filesOf(service).length > 6);
    const tried = ["bad.xml", "bad.xml", "a.xml", "b.png", "bad.xml", "bad.xml"];
    expect(filesOf(service).slice(0, 6)).toEqual(tried);
    expect(place.troubles).toEqual([`job 7: report bad.xml is not sent yet: ${service.url} answers 503`]);
    expect(place.filesSent).toBeUndefined();
    service.answer = () => OK;
    await sender.settled();
    expect(place.filesSent).toEqual(sent({ reports: 2, artifacts: 1, refused: [], unsent: [] }));
  });

  test("is no trouble if the next tries succeed", async () => {
    let failures = 2;
    const service = await answeringService(({ path }) =>
      path.endsWith("a.xml") && failures-- > 0 ? LATER : OK,
    );
    const place = new SendingPlace(service);
    place.leave({ reports: ["a.xml"] });
    await place.send();
    expect(filesOf(service)).toEqual(["a.xml", "a.xml", "a.xml"]);
    expect(place.troubles).toEqual([]);
  });

  test("is given up 30 days after its run began, with a message, and not before", async () => {
    const service = await serviceWith({ "bad.xml": LATER });
    const old = new SendingPlace(service);
    old.leave({ reports: ["bad.xml", "a.xml"], beganAt: Date.now() - 30 * DAY_MS });
    old.start();
    await until("it is given up", () => old.filesSent, 10);
    expect(filesOf(service)).toEqual(["bad.xml", "a.xml"]);
    expect(old.filesSent).toEqual(
      sent({ reports: 1, artifacts: 0, refused: [], unsent: ["report bad.xml"] }),
    );
    expect(old.troubles).toEqual([
      `job 7: report bad.xml is not sent: ${service.url} answers 503 for 30 days`,
    ]);
    const newer = new SendingPlace(service);
    newer.leave({ reports: ["bad.xml"], beganAt: Date.now() - 29 * DAY_MS });
    const { sender } = newer.start();
    await until("it is tried again", () => filesOf(service).length > 5);
    service.answer = () => OK;
    await sender.settled();
    expect(newer.filesSent).toMatchObject({ reports: 1, unsent: [] });
  });
});

describe("a program that ends before the files of a run are sent", () => {
  test("sends no more of them, and all of them at its next start", async () => {
    const service = await serviceWith({ "b.png": LATER });
    const place = new SendingPlace(service);
    place.leave({ log: "said\n", reports: ["a.xml"], artifacts: ["b.png"] });
    const { sender, over } = place.start();
    await until("a file is not answered", () => filesOf(service).includes("b.png"));
    over.abort();
    await sender.settled();
    expect(place.filesSent).toBeUndefined();
    expect(place.journal().runs).toHaveLength(1);
    expect(place.isMarkedUnsent).toBe(true);
    service.heard.length = 0;
    service.answer = ({ path, body }) =>
      path.endsWith("/log") ? { status: 200, body: { next_offset: body.length } } : OK;
    await place.send();
    const sentAgain = service.heard.map(({ path }) => path.replace(ATTEMPT, ""));
    expect(sentAgain).toEqual([
      "/reports/a.xml",
      "/projects/1/automation/jobs/7/status",
      "/log",
      "/artifacts/b.png",
    ]);
    expect(place.filesSent).toEqual(sent({ reports: 1, artifacts: 1, refused: [], unsent: [] }));
    expect(place.journal().runs).toEqual([]);
    expect(place.isMarkedUnsent).toBe(false);
  });

  test("does not wait for the one that is on its way", async () => {
    const service = await answeringService(({ path }) => (path.endsWith("a.png") ? undefined : OK));
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["a.png", "b.png"] });
    const { sender, over } = place.start();
    await until("the file is on its way", () => filesOf(service).includes("a.png"));
    over.abort();
    const since = performance.now();
    await sender.settled();
    expect(performance.now() - since).toBeLessThan(5000);
    expect(place.journal().runs).toHaveLength(1);
    expect(place.filesSent).toBeUndefined();
  });

  test("begins no other file", async () => {
    const service = await serviceWith({});
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["a.png", "b.png", "c.png"] });
    const { sender, over } = place.start();
    service.answer = ({ path }) => {
      if (path.endsWith("a.png")) over.abort();
      return OK;
    };
    await sender.settled();
    expect(filesOf(service)).toEqual(["a.png"]);
    expect(place.journal().runs).toHaveLength(1);
  });
});

describe("a service that does not take what is to be said", () => {
  const GIVE_UP_MS = 300;

  test.each([
    ["a report", "status", LATER],
    ["a file", "b.png", LATER],
    ["a report, because of its token", "status", refusal(401, "token_revoked")],
    ["a file, because of its token", "b.png", refusal(401, "token_revoked")],
  ])("is noticed after a while, if it is %s", async (_, name, answer) => {
    const service = await serviceWith({ [name]: answer });
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["a.png", "b.png"] });
    const since = performance.now();
    const { patience } = place.start(GIVE_UP_MS);
    await until("it is noticed", () => patience.over.aborted, 10);
    expect(performance.now() - since).toBeGreaterThanOrEqual(GIVE_UP_MS - 5);
  });

  test("for less than that, and takes it then, is not given up", async () => {
    let failures = 3;
    const service = await answeringService(({ path }) =>
      path.endsWith(failures > 1 ? "status" : "a.png") && failures-- > 0 ? LATER : OK,
    );
    const place = new SendingPlace(service);
    place.leave({ artifacts: ["a.png"] });
    const { sender, patience } = place.start(GIVE_UP_MS);
    await sender.settled();
    expect(place.filesSent).toMatchObject({ artifacts: 1 });
    await new Promise((later) => setTimeout(later, 2 * GIVE_UP_MS));
    expect(patience.over.aborted).toBe(false);
  });
});
