import { describe, expect, test } from "vitest";
import { until } from "../local/checkout.ts";
import { type AnsweringService, answeringService, refusal } from "./answering-service.ts";
import { LATER, OK, SendingPlace, sent, serviceWith } from "./sending-place.ts";

/** What was sent, in order: reports and files by their names, the end as "end". */
const sentTo = ({ heard }: AnsweringService): string[] =>
  heard.map(({ path }) => (path.endsWith("/status") ? "end" : (path.split("/").at(-1) ?? "")));

describe("the reports of a run", () => {
  const left = { reports: ["a.xml", "b.xml"], artifacts: ["c.png"] };

  test("come before its end, so that the service knows then what failed", async () => {
    const service = await serviceWith({});
    const place = new SendingPlace(service);
    place.leave(left);
    await place.send();
    expect(sentTo(service)).toEqual(["a.xml", "b.xml", "end", "c.png"]);
  });

  test("do not keep its end back: what is not answered comes after it", async () => {
    const service = await serviceWith({ "a.xml": LATER });
    const place = new SendingPlace(service);
    place.leave(left);
    const { sender } = place.start();
    await until("the end is said", () => sentTo(service).includes("end"));
    expect(sentTo(service).slice(0, 2)).toEqual(["a.xml", "end"]);
    service.answer = () => OK;
    await sender.settled();
    expect(place.filesSent).toEqual(sent({ reports: 2, artifacts: 1, refused: [], unsent: [] }));
  });

  test("come first too once a service that was away is back", async () => {
    const service = await answeringService(() => LATER);
    const place = new SendingPlace(service);
    place.leave(left);
    const { sender } = place.start();
    await until("it was tried again", () => sentTo(service).length > 4);
    service.answer = () => OK;
    service.heard.length = 0;
    await sender.settled();
    // The end may have been on its way when the service came back.
    expect(sentTo(service).filter((name) => name === "end")).toHaveLength(1);
    expect(sentTo(service).toSorted()).toEqual(["a.xml", "b.xml", "c.png", "end"]);
  });

  test("of a run that the service has given to another are not said to be refused: its end is", async () => {
    const lost = refusal(409, "lease_lost");
    const service = await serviceWith({ "a.xml": lost, status: lost });
    const place = new SendingPlace(service);
    place.leave(left);
    await place.send();
    expect(sentTo(service)).toEqual(["a.xml", "end"]);
    expect(place.events.map(({ event }) => event)).toEqual(["report_refused"]);
  });
});
