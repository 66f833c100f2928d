import type { Child } from "hono/jsx";
import * as z from "zod";
import type { AuditRow } from "../../audit/store.ts";
import { OBJECT_KINDS } from "../../database/enums.ts";
import { type ChipFacts, Chips } from "../lists/chips.tsx";
import { filterText, type Unresolved } from "../lists/named-filter.ts";
import { UnresolvedNames } from "../lists/unresolved.tsx";
import type { FormInput } from "../page-context.ts";
import { type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty } from "../parts/job.tsx";
import { ProjectChoice } from "../parts/project-choice.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { ACTIONS } from "./actions.ts";
import type { readFilterNames } from "./store.ts";
import { valueText, wordsOf } from "./words.ts";

/** The filters of the audit, under the API's names but for the project, which all lists call so. */
export const FILTERS = ["action", "object_kind", "object_id", "token_id", "project"] as const;

const facts = z.record(z.string(), z.unknown());
const factsIn = (json: string | null) => (json === null ? {} : facts.parse(JSON.parse(json)));

const shown = (name: string, value: unknown): Child => {
  if (/_(at|until)$/.test(name) && typeof value === "number") return <Time at={value} seconds />;
  const text = valueText(name, value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};

/** The changed fields of an audit row, with their old and new values. */
const changesOf = ({ before, after }: AuditRow): { name: string; from: Child | undefined; to: Child }[] => {
  const [was, is] = [factsIn(before), factsIn(after)];
  return Object.entries(is)
    .filter(([name, value]) => before === null || JSON.stringify(was[name]) !== JSON.stringify(value))
    .filter(([, value]) => before !== null || value !== null)
    .map(([name, value]) => ({
      name,
      from: before === null ? undefined : shown(name, was[name]),
      to: shown(name, value),
    }));
};

/** The page of the changed object, if it has one. */
const placeOf = ({ objectKind, objectId, projectId }: AuditRow): string | undefined => {
  if (objectKind === "host") return `/console/hosts/${objectId}`;
  if (objectKind === "token") return `/console/tokens/${objectId}`;
  if (objectKind === "project") return `/console/projects/${objectId}`;
  if (objectKind === "test_run" && projectId !== null)
    return `/console/projects/${projectId}/test-runs/${objectId}`;
  if (objectKind === "job" && projectId !== null) return `/console/projects/${projectId}/jobs/${objectId}`;
  if (objectKind === "webhook" && projectId !== null)
    return `/console/projects/${projectId}/webhooks/${objectId}`;
  if (objectKind === "schedule" && projectId !== null)
    return `/console/projects/${projectId}/schedules/${objectId}`;
  return undefined;
};

const ChangedObject = ({ row }: { row: AuditRow }) => {
  const name = `${wordsOf(row.objectKind)} ${row.objectId}`;
  const place = placeOf(row);
  return <span>{place === undefined ? name : <a href={place}>{name}</a>}</span>;
};

const Changes = ({ row }: { row: AuditRow }) => {
  const changes = changesOf(row);
  const line = ({ name, from, to }: (typeof changes)[number]) => (
    <li>
      <span class="quiet">{wordsOf(name)}</span> {from === undefined ? null : <del>{from}</del>}{" "}
      <ins>{to}</ins>
    </li>
  );
  if (changes.length <= 1) return <ul>{changes.map(line)}</ul>;
  return (
    <details>
      <summary>{changes.length} details</summary>
      <ul>{changes.map(line)}</ul>
    </details>
  );
};

const auditPath = (filter: FormInput, { after, without }: { after?: number; without?: string }): string => {
  const query = new URLSearchParams(
    [...filter.fields].filter(([name]) => name !== without).map(([name, [value = ""]]) => [name, value]),
  );
  if (after !== undefined) query.set("after", String(after));
  return query.size === 0 ? "/console/audit" : `/console/audit?${query}`;
};

const LABELS: Readonly<Record<string, string>> = {
  action: "Action",
  object_kind: "On a",
  object_id: "Its id",
  token_id: "By token",
  project: "Project",
};

type Names = Awaited<ReturnType<typeof readFilterNames>>;

/** A filter's value, in words. */
const filterValue = (name: string, value: string, names: Names): string => {
  if (name === "action") return wordsOf(value);
  if (name === "token_id") return value === "0" ? "bootstrap" : (names.token ?? `#${value}`);
  if (name === "project") return names.project ?? `#${value}`;
  return wordsOf(value);
};

const chipsOf = (filter: FormInput, names: Names): ChipFacts[] =>
  [...filter.fields].map(([name, [value = ""]]) => ({
    label: `${LABELS[name] ?? name}: ${filterValue(name, value, names)}`,
    without: auditPath(filter, { without: name }),
  }));

/** What was done; a call that the audit does not know by name is kept. */
const actionOptions = (chosen: string) =>
  ["", ...ACTIONS, ...(chosen === "" || ACTIONS.some((action) => action === chosen) ? [] : [chosen])].map(
    (action) => ({ value: action, label: action === "" ? "Anything" : wordsOf(action) }),
  );

/** What is wrong with the filters, each under its name in the form. */
const wrongIn = (wrong: Wrong): Wrong =>
  wrong.map(({ field, message }) => ({
    field: "",
    message: `${LABELS[field === "project_id" ? "project" : field] ?? field} ${message}`,
  }));

const Filters = ({ filter, wrong, names, unresolved }: FilterParts) => {
  const token = filter.get("token_id");
  const kind = filter.get("object_kind");
  return (
    <search>
      <form class="filters" method="get" aria-label="Audit">
        <WrongElsewhere wrong={wrongIn(wrong)} shown={[]} />
        <label for="action">Action</label>
        <select id="action" name="action">
          {actionOptions(filter.get("action")).map(({ value, label }) => (
            <option value={value} selected={value === filter.get("action")}>
              {label}
            </option>
          ))}
        </select>
        <label for="object_kind">On a</label>
        <select id="object_kind" name="object_kind">
          <option value="">Anything</option>
          {OBJECT_KINDS.map((each) => (
            <option value={each} selected={each === kind}>
              {wordsOf(each)}
            </option>
          ))}
        </select>
        <label for="object_id">Its id</label>
        <input
          class="id"
          inputmode="numeric"
          id="object_id"
          name="object_id"
          value={filter.get("object_id")}
        />
        <label for="token_id">By token</label>
        <input
          id="token_id"
          name="token_id"
          value={Number(token) > 0 ? filterText(Number(token), names.token) : token}
        />
        <ProjectChoice projects={names.projects} selected={Number(filter.get("project")) || undefined} all />
        <button type="submit">Show</button>
        <Chips chips={chipsOf(filter, names)} clear="/console/audit" />
        <UnresolvedNames unresolved={unresolved} />
        <script src="/assets/lists.js" type="module"></script>
      </form>
    </search>
  );
};

interface FilterParts {
  filter: FormInput;
  wrong: Wrong;
  names: Names;
  unresolved: readonly Unresolved[];
}

/** The audit, newest first. */
export const AuditList = ({
  rows,
  next,
  isFirst,
  ...parts
}: FilterParts & {
  rows: readonly AuditRow[];
  next: number | undefined;
  isFirst: boolean;
}) => {
  const { filter } = parts;
  return (
    <>
      <Filters {...parts} />
      <Live>
        {rows.length === 0 ? (
          <Empty title={filter.fields.size > 0 ? "Nothing here matches" : "Nothing was changed yet"}>
            <p>Each change stands here with who made it, when and from where.</p>
          </Empty>
        ) : (
          <Table caption="Audit" heads={["When", "Who", "What", "On", "Changed"]} dense>
            {rows.map((row) => (
              <tr>
                <th scope="row">
                  <Time at={row.at} seconds />
                </th>
                <td data-label="Who">
                  {row.by}
                  {row.address === null ? null : <span class="quiet block">{row.address}</span>}
                </td>
                <td data-label="What">
                  <span title={row.action}>{wordsOf(row.action)}</span>
                </td>
                <td data-label="On">
                  <ChangedObject row={row} />
                </td>
                <td data-label="Changed">
                  <Changes row={row} />
                </td>
              </tr>
            ))}
          </Table>
        )}
        <nav class="pager" aria-label="Pages">
          {isFirst ? null : <a href="/console/audit">Newest</a>}
          {next === undefined ? null : <a href={auditPath(filter, { after: next })}>Earlier changes</a>}
        </nav>
      </Live>
    </>
  );
};
