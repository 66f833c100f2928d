import { Hono } from "hono";
import type { App } from "../../http/app.ts";
import { dispositionOf, listArtifactPage, readArtifact, SANDBOX } from "../../run-files/artifacts.ts";
import { readAs } from "../form-input.ts";
import { page } from "../page-guards.ts";
import { Empty, jobPath } from "../parts/job.tsx";
import { show } from "../show-page.tsx";
import { shownType } from "./kinds.ts";
import { FileList, filesPath } from "./list.tsx";
import { fileAddress, filesAddress, ON_PAGE } from "./view.ts";

const FILES = "/projects/:project/jobs/:job/files" as const;
const IDS = ["project", "job"] as const;

export const filePages = new Hono<App>()
  .get(FILES, page("listArtifacts", IDS), async (c) => {
    const place = c.req.valid("param");
    const { attempt: asked, after } = readAs(filesAddress, c.req.query());
    const found = await listArtifactPage(c.get("call"), place, { attempt: asked, after, limit: ON_PAGE + 1 });
    const { job, attempt, total } = found;
    const files = found.files.slice(0, ON_PAGE);
    const of = { projectId: place.project, id: job.id, attempt };
    const last = found.files.length > ON_PAGE ? files.at(-1) : undefined;
    return show(
      c,
      {
        ...{ title: `Files of job ${job.id}`, crumb: "Files", here: "/console/jobs", sheet: "run" },
        above: [{ path: jobPath(place.project, job.id), label: `Job ${job.id}` }],
      },
      <div class="stack">
        <p>
          {total} {total === 1 ? "file" : "files"} of attempt {attempt} of{" "}
          <a href={jobPath(place.project, job.id)}>job {job.id}</a>
        </p>
        {files.length === 0 ? <Empty title="No file here" /> : <FileList of={of} files={files} />}
        <nav class="pager" aria-label="Pages">
          {after === "" ? null : <a href={filesPath(of)}>First page</a>}
          {last === undefined ? null : <a href={filesPath(of, last.name)}>Next page</a>}
        </nav>
      </div>,
    );
  })
  .get(`${FILES}/:path{.+}`, page("getArtifact", IDS), async (c) => {
    const { attempt, save } = readAs(fileAddress, c.req.query());
    const place = { ...c.req.valid("param"), path: c.req.param("path") };
    const { file, body } = await readArtifact(c.get("call"), place, attempt);
    const contentType = (save === undefined ? shownType(file) : undefined) ?? file.contentType;
    c.header("Content-Security-Policy", SANDBOX);
    c.header("Content-Disposition", dispositionOf({ name: file.name, contentType }, save !== undefined));
    return c.body(body, 200, { "Content-Type": contentType });
  });
