import { Hono } from "hono";
import type { Child } from "hono/jsx";
import { mayDo } from "../../access/permissions.ts";
import type { App } from "../../http/app.ts";
import { page } from "../page-guards.ts";
import { Checked } from "../parts/checked.tsx";
import { Live } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { DOUBT, Empty, JobLine, reasonText } from "../parts/job.tsx";
import { Ago } from "../parts/time.tsx";
import { show } from "../show-page.tsx";
import { OutcomeChart } from "./chart.tsx";
import { MAX_COUNTED, type Overview, readOverview } from "./view.ts";
import { WaitChart } from "./wait-chart.tsx";

const countText = (count: number): string => (count > MAX_COUNTED ? `${MAX_COUNTED}+` : String(count));

const Tile = ({
  href,
  label,
  icon,
  kind,
  children,
}: {
  href: string;
  label: string;
  icon: string;
  kind: string;
  children: Child;
}) => (
  <a class={`tile ${kind}`} href={href}>
    <span class="tile-label">
      <Icon name={icon} />
      {label}
    </span>
    <span class="tile-value">{children}</span>
  </a>
);

const JOB_TILES = [
  { count: "running", icon: "running", label: "Running", query: "status=RUNNING" },
  { count: "notRun", icon: "not_run", label: "Overdue", query: "status=NOT_RUN" },
  { count: "failed", icon: "failed", label: "Failed in 24 h", query: "status=FAILED&within=24" },
] as const;

const Tiles = ({ online, hosts, ...counts }: Overview) => (
  <div class="tiles">
    <Tile href="/console/hosts" label="Hosts online" icon="online" kind={online > 0 ? "online" : ""}>
      {countText(online)} <small>of {countText(hosts)}</small>
    </Tile>
    {JOB_TILES.map(({ count, icon, label, query }) => (
      <Tile href={`/console/jobs?${query}`} label={label} icon={icon} kind={counts[count] > 0 ? icon : ""}>
        {countText(counts[count])}
      </Tile>
    ))}
  </div>
);

const Attention = ({ doubtful, late, failures }: Overview) => {
  if (doubtful.length + late.length + failures.length === 0) {
    return (
      <Empty title="Nothing needs you now">
        <p>Failures, overdue jobs and runs in doubt show up here.</p>
      </Empty>
    );
  }
  return (
    <ul class="lines">
      {doubtful.map((job) => (
        <JobLine job={job}>
          on {job.hostName}: {DOUBT}
        </JobLine>
      ))}
      {failures.map((job) => (
        <JobLine job={job}>
          on {job.hostName}, <Ago at={job.statusChangedAt} />
          {job.statusReason === null ? "" : `: ${reasonText(job.statusReason)}`}
        </JobLine>
      ))}
      {late.map((job) => (
        <JobLine job={job}>
          on {job.hostName}, was due <Ago at={job.scheduledAt} />
        </JobLine>
      ))}
    </ul>
  );
};

export const overviewPages = new Hono<App>().get(
  "/",
  async (c, next) => (mayDo(c.get("call").actor, "listJobs") ? next() : c.redirect("/console/hosts")),
  page("listJobs"),
  async (c) => {
    const overview = await readOverview(c.get("call"));
    if (overview.isEmpty && mayDo(c.get("call").actor, "createProject")) return c.redirect("/console/start");
    return show(
      c,
      { title: "Overview", here: "/console", sheet: "charts" },
      <Live>
        <Checked at={overview.checkedAt} />
        <Tiles {...overview} />
        <section class="card">
          <h2>Needs attention first</h2>
          <Attention {...overview} />
        </section>
        <section class="card">
          <h2>Outcomes of the last 14 days</h2>
          <OutcomeChart days={overview.chart} />
        </section>
        <section class="card">
          <h2>How long jobs of the last 24 hours waited</h2>
          <WaitChart waits={overview.waits} />
        </section>
      </Live>,
    );
  },
);
