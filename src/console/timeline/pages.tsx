import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { readAs } from "../form-input.ts";
import { type ChipFacts, Chips } from "../lists/chips.tsx";
import { page } from "../page-guards.ts";
import { Checked } from "../parts/checked.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty } from "../parts/job.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { show } from "../show-page.tsx";
import { addressOf, type Place } from "./place.ts";
import { Timeline } from "./timeline.tsx";
import { readTimeline, type TimelineAddress, type TimelinePage, timelineAddress } from "./view.ts";
import { atText, windowOf } from "./window.ts";

const PATH = "/console/timeline";
const USUAL_SPAN = "24h";

const placeOf = ({ span = USUAL_SPAN, at, as, by, project, q, busy, after }: TimelineAddress): Place => ({
  path: PATH,
  usualSpan: USUAL_SPAN,
  span,
  at,
  as,
  query: { by: by === "agent" ? by : undefined, project: project?.toString(), q, busy, after },
});

/** Each filter in use, and the timeline without it. */
const chipsOf = (address: TimelineAddress, projects: TimelinePage["projects"]): ChipFacts[] => {
  const { project, q, busy } = address;
  const without = (name: "project" | "q" | "busy") => {
    const place = placeOf({ ...address, after: undefined });
    return addressOf({ ...place, query: { ...place.query, [name]: undefined } });
  };
  const name = projects.find(({ id }) => id === project)?.name ?? `#${project}`;
  return [
    ...(project === undefined ? [] : [{ label: `Project: ${name}`, without: without("project") }]),
    ...(q === "" ? [] : [{ label: `Search: ${q}`, without: without("q") }]),
    ...(busy === undefined ? [] : [{ label: "Only with jobs", without: without("busy") }]),
  ];
};

const Filters = ({ address, projects }: { address: TimelineAddress; projects: TimelinePage["projects"] }) => {
  const { span, at, as, by, project, q, busy } = address;
  const kept = {
    span: span === USUAL_SPAN ? undefined : span,
    at: at === undefined ? undefined : atText(at),
    as: as === "chart" ? undefined : as,
  };
  return (
    <search>
      <form class="filters" method="get" aria-label="Timeline">
        <label for="by">Lanes</label>
        <select id="by" name="by">
          <option value="">Hosts</option>
          <option value="agent" selected={by === "agent"}>
            Agents
          </option>
        </select>
        <ProjectChoice projects={projects} selected={project} all />
        <label for="q">Name</label>
        <input type="search" id="q" name="q" value={q} placeholder="Part of it, or #id" />
        <label class="check">
          <input type="checkbox" name="busy" value="1" checked={busy !== undefined} />
          Only with jobs
        </label>
        {Object.entries(kept).map(([name, value]) =>
          value === undefined ? null : <input type="hidden" name={name} value={value} />,
        )}
        <button type="submit">Show</button>
        <Chips chips={chipsOf(address, projects)} clear={addressOf({ ...placeOf(address), query: {} })} />
      </form>
    </search>
  );
};

const Nothing = ({ address }: { address: TimelineAddress }) =>
  address.q !== "" ||
  address.project !== undefined ||
  address.busy !== undefined ||
  address.after !== undefined ? (
    <Empty title="No lane here matches">
      <p>
        <a href={addressOf({ ...placeOf(address), query: {} })}>Show all hosts</a>
      </p>
    </Empty>
  ) : (
    <Empty title="No host yet">
      <p>What each host ran, runs and is to run is drawn here. Hosts register themselves with a token.</p>
    </Empty>
  );

export const timelinePages = new Hono<App>().get("/timeline", page("listJobs"), async (c) => {
  const { call } = c.var;
  const address = readAs(timelineAddress, c.req.query());
  const place = placeOf(address);
  const window = windowOf(place, call);
  const timeline = await readTimeline(call, address, window);
  return show(
    c,
    { title: "Timeline", here: PATH, sheet: "timeline" },
    <>
      <Filters address={address} projects={timeline.projects} />
      <Live>
        {timeline.lanes.length === 0 ? (
          <Nothing address={address} />
        ) : (
          <section class="card" aria-label="Timeline">
            <Timeline lanes={timeline.lanes} window={window} place={place} />
          </section>
        )}
        <Checked at={timeline.checkedAt} />
        <nav class="pager" aria-label="Pages">
          {address.after === undefined ? null : (
            <a href={addressOf({ ...place, query: { ...place.query, after: undefined } })}>First page</a>
          )}
          {timeline.next === undefined ? null : (
            <a href={addressOf({ ...place, query: { ...place.query, after: timeline.next } })}>
              More {address.by === "agent" ? "agents" : "hosts"}
            </a>
          )}
        </nav>
      </Live>
    </>,
  );
});
