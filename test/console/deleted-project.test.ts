import { expect, test } from "vitest";
import { World } from "../world.ts";
import { Visitor } from "./visitor.ts";

test("a project that was deleted is offered nowhere", async () => {
  const world = new World();
  await world.project();
  const { body } = await world.post("/api/v3/projects", { name: "Gone project" });
  const visitor = await Visitor.in(world);
  const pages = ["jobs", "schedules", "calendar", "start", "schedules/new"];
  const offering = async () => {
    const texts = await Promise.all(pages.map(async (page) => (await visitor.get(`/console/${page}`)).text));
    return texts.filter((text) => text.includes("Gone project")).length;
  };
  expect(await offering()).toBeGreaterThan(2);
  const deleted = await world.request("DELETE", `/api/v3/projects/${Reflect.get(Object(body), "id")}`);
  expect(deleted.status).toBe(200);
  expect(await offering()).toBe(0);
});
