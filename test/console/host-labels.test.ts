import { expect, test } from "vitest";
import { type Answer, World } from "../world.ts";
import { textOf, Visitor } from "./visitor.ts";

/** Hosts of one world with these labels, by their names, and somebody who looks at them. */
const labelled = async (hosts: Record<string, readonly string[]>, world = new World()) => {
  for (const [host_name, labels] of Object.entries(hosts)) {
    const facts = { host_name, ip_address: "x", mac_address: "x", host_guid: crypto.randomUUID() };
    const version = `of ${host_name}`;
    const answer = await world.post("/api/v3/automation/host", { ...facts, version, labels });
    expect(answer.status).toBe(201);
  }
  return { world, visitor: await Visitor.in(world) };
};

const namesIn = ({ text, status }: Answer): string[] => {
  expect(status).toBe(200);
  return [...text.matchAll(/<th scope="row"><a [^>]*>([^<]*)</g)].map(([, name = ""]) => name);
};

/** A prefix of names that no other test has. */
const own = () => `Own ${crypto.randomUUID().slice(0, 8)}`;

test("a host's page says its version and its labels, each of which leads to the hosts that have it", async () => {
  const { world, visitor } = await labelled({});
  const { id, guid } = await world.host();
  const page = async () => (await visitor.get(`/console/hosts/${id}`)).text;
  expect(textOf(await page())).toContain("Version not told Labels none");
  const facts = { host_name: "Lab 1", ip_address: "x", mac_address: "x", host_guid: guid };
  await world.put(`/api/v3/automation/hosts/${id}`, {
    ...{ ...facts, version: "<b>own</b> 1", labels: ["linux", "gpu:a100", "site/berlin"] },
  });
  const text = await page();
  expect(textOf(text)).toMatch(/Version <b>own<\/b> 1 Labels linux , gpu:a100 , site\/berlin /);
  expect(text).not.toContain("<b>own");
  expect(text).toContain('<a href="/console/hosts?label=gpu%3Aa100">gpu:a100</a>');
  expect(namesIn(await visitor.get("/console/hosts?label=gpu%3Aa100"))).toEqual(["Lab 1"]);
});

test("the list tells labels beside the name, cut where they are long and whole on their title, and the version on the name's", async () => {
  const name = own();
  const many = Array.from({ length: 9 }, (_, nth) => `label-${nth}`);
  const { visitor } = await labelled({
    [`${name} a`]: ["linux", "gpu"],
    [`${name} b`]: many,
    [`${name} c`]: [],
  });
  const { text } = await visitor.get(`/console/hosts?q=${encodeURIComponent(name)}`);
  const heads = [...text.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, head = ""]) => head);
  const link = (letter: string) => `title="${name} ${letter}, of ${name} ${letter}">${name} ${letter}</a> `;
  expect(heads[0]).toContain(`${link("a")}<small title="linux, gpu">linux, gpu</small>`);
  const cut = "label-0, label-1, label-2, label-3, lab…";
  expect(heads[1]).toContain(`${link("b")}<small title="${many.join(", ")}">${cut}</small>`);
  expect(heads[2]?.endsWith(link("c"))).toBe(true);
});

test("the list and its counts are filtered by a whole label, beside their other filters", async () => {
  const name = own();
  const { visitor } = await labelled({
    [`${name} a`]: ["linux", "gpu"],
    [`${name} b`]: ["gpu-2", "linux"],
    [`${name} c`]: ["Linux"],
    [`${name} d`]: [],
  });
  const list = (query: string) => visitor.get(`/console/hosts?q=${encodeURIComponent(name)}&${query}`);
  const found = async (query: string) => namesIn(await list(query)).map((each) => each.slice(-1));
  expect(await found("label=linux")).toEqual(["a", "b"]);
  expect(await found("label=linux&order=za")).toEqual(["b", "a"]);
  expect(await found("label=+gpu+")).toEqual(["a"]);
  expect(await found("label=Linux")).toEqual(["c"]);
  expect(await found("label=linux&presence=Online")).toEqual([]);
  expect(await found("label=pu")).toEqual([]);
  // What is no label is ignored, as what is no status is.
  for (const odd of ['linux","gpu', "a b", "%", "x".repeat(41)])
    expect(await found(`label=${encodeURIComponent(odd)}`), odd).toEqual(["a", "b", "c", "d"]);
  const counts = async (query: string) =>
    textOf((await visitor.get(`/console/hosts/counts?q=${encodeURIComponent(name)}&${query}`)).text);
  expect(await counts("label=linux")).toContain("Online 0 Offline 2");
  expect(await counts("label=gpu")).toContain("Online 0 Offline 1");
});

test("the label has a chip that leaves it alone, and goes on with pages, counts and a turned order", async () => {
  const name = own();
  const label = own().replaceAll(" ", "-");
  const hosts = Array.from({ length: 20 }, (_, nth) => [`${name} ${nth + 10}`, [label]] as const);
  const { visitor } = await labelled({ ...Object.fromEntries(hosts), [`${name} other`]: ["linux"] });
  const query = `q=${encodeURIComponent(name)}&label=${label}&presence=Offline`;
  const { text } = await visitor.get(`/console/hosts?${query}`);
  const hrefs = [...text.matchAll(/(?:href|hx-get)="(\/console\/hosts(?:\/counts)?\?[^"]*)"/g)].map(
    ([, href = ""]) => new URLSearchParams(href.split("?")[1]?.replaceAll("&amp;", "&")),
  );
  expect(textOf(text)).toContain(`Label: ${label}`);
  // The chips of the search and the status keep it; that of the label is the only link without.
  expect(hrefs.filter((each) => !each.has("label")).map(String)).toEqual([
    new URLSearchParams({ presence: "Offline", q: name }).toString(),
  ]);
  expect(hrefs.filter((each) => each.get("label") === label).length).toBeGreaterThanOrEqual(5);
  expect(text).toContain(`name="label" value="${label}"`);
  const next = hrefs.find((each) => each.has("after"));
  expect(namesIn(await visitor.get(`/console/hosts?${next}`))).toEqual([`${name} 28`, `${name} 29`]);
});

test("a label shows a token of one project no host of another", async () => {
  const world = new World();
  const label = own().replaceAll(" ", "-");
  await labelled({ Theirs: [label] }, world);
  const limited = await Visitor.in(
    world,
    await world.token("operator", { project_ids: [await world.project()] }),
  );
  expect(namesIn(await limited.get(`/console/hosts?label=${label}`))).toEqual([]);
});

test("nothing here matches a label that no host has, and the page says so", async () => {
  const { visitor } = await labelled({});
  expect(textOf((await visitor.get(`/console/hosts?label=nobody`)).text)).toContain("No host here matches");
});
