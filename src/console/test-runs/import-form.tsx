import { CONTENTS } from "../../reports/content.ts";
import type { ImportPreview } from "../../test-runs/preview.ts";
import { summaryText } from "../../test-runs/summary.ts";
import type { FormInput } from "../page-context.ts";
import { Choice, FieldErrorOf, FormKeys, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { testRunPath, testRunsPath } from "./list.tsx";

const MAX_SHOWN = 10;

const MATCHES = [
  { value: "content", label: "the same name and command" },
  { value: "name", label: "the same name: they get the new command" },
];

/** What an import would do, or did. */
export interface Told {
  preview: ImportPreview;
  isDone: boolean;
}

const counted = (count: number, what: string): string => `${count} ${what}`;

const Changes = ({ projectId, preview }: { projectId: number; preview: ImportPreview }) => (
  <ul class="lines">
    {preview.changes.slice(0, MAX_SHOWN).map(({ id, from, to }) => (
      <li class="material">
        <a href={testRunPath(projectId, id)}>{to.name}</a> <span class="quiet">#{id}</span>
        {from.name !== to.name && (
          <span class="block">
            <del>{from.name}</del> <ins>{to.name}</ins>
          </span>
        )}
        {from.content !== to.content && (
          <span class="block code">
            <del>{from.content}</del> <ins>{to.content}</ins>
          </span>
        )}
      </li>
    ))}
    {preview.news.slice(0, MAX_SHOWN).map((name) => (
      <li class="material">
        <ins>{name}</ins> <span class="quiet">new</span>
      </li>
    ))}
  </ul>
);

/** What the import would change, or did change. */
const ToldOf = ({ projectId, told: { preview, isDone } }: { projectId: number; told: Told }) => {
  const { created, changed, unchanged, namesakes, summary } = preview;
  const words = summary ? summaryText(summary) : "";
  return (
    <>
      <p role="status">
        <strong>
          {isDone ? "Done: " : "It would be: "}
          {counted(created, "new")}, {counted(changed, "changed")}, {counted(unchanged, "as they are")}.
        </strong>{" "}
        {words}
      </p>
      {namesakes > 0 && (
        <p class="notice">
          {namesakes} of the new ones {namesakes === 1 ? "has" : "have"} the name of a test that is there with
          another command, so that both would be kept. To change those that are there, match by the same name.
        </p>
      )}
      <Changes projectId={projectId} preview={preview} />
      {created + changed > 2 * MAX_SHOWN && <p class="quiet">and more</p>}
    </>
  );
};

/** Brings tests in from a file, once it is told what that would change. */
export const ImportForm = ({
  projectId,
  formInput,
  wrong,
  told,
}: {
  projectId: number;
  formInput: FormInput;
  wrong: Wrong;
  told: Told | undefined;
}) => {
  const address = testRunsPath(projectId);
  return (
    <section class="card" id="import">
      <h2>Bring tests in</h2>
      <form method="post" action={address} enctype="multipart/form-data" class="stack">
        <FormKeys />
        <WrongElsewhere wrong={wrong} shown={["report", "content", "match"]} />
        <div class="field drop" data-drop="">
          <label for="report">A test report of your tool, or a table (CSV): choose it, or drop it here</label>
          <input
            type="file"
            id="report"
            name="report"
            accept=".xml,.trx,.json,.ndjson,.tap,.txt,.csv,text/xml,application/xml,application/json,text/csv"
            aria-describedby="report-hint"
          />
          <p class="hint" id="report-hint">
            The same file can be brought in again, also with another command: what is known is updated.
          </p>
        </div>
        <div class="columns">
          <Choice
            name="content"
            label="Runner's command"
            value={formInput.get("content") || "classname.name"}
            wrong={wrong}
            options={CONTENTS.map((content) => ({ value: content, label: content }))}
          />
          <Choice
            name="match"
            label="Known are tests of"
            value={formInput.get("match") || "content"}
            wrong={wrong}
            options={MATCHES}
          />
        </div>
        <div class="row">
          <button
            type="submit"
            name="step"
            value="preview"
            hx-post={address}
            hx-encoding="multipart/form-data"
            hx-vals={JSON.stringify({ step: "preview" })}
            hx-target="#told"
            hx-select="#told"
            hx-swap="outerHTML"
          >
            Show what it would change
          </button>
          <button type="submit" class="primary">
            Bring them in
          </button>
        </div>
        <div id="told" aria-live="polite">
          <FieldErrorOf names={["report"]} label="The file" wrong={wrong} />
          {told === undefined ? null : <ToldOf projectId={projectId} told={told} />}
        </div>
      </form>
      <script src="/assets/schedule-form.js" type="module"></script>
    </section>
  );
};
