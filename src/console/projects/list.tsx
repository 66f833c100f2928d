import { mayDo } from "../../access/permissions.ts";
import { Chips } from "../lists/chips.tsx";
import { rateText } from "../overview/tiles.tsx";
import { type FormInput, usePageContext } from "../page-context.ts";
import { FormKeys, type Wrong, WrongElsewhere } from "../parts/form.tsx";
import { Live } from "../parts/frame.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { ProjectNameField } from "./name-field.tsx";
import { type ListedProject, MAX_LISTED_COUNT } from "./store.ts";
import type { ProjectListing } from "./view.ts";

export const projectPath = (id: number): string => `/console/projects/${id}`;

export const countText = (count: number, most: number): string => (count > most ? `${most}+` : String(count));

const Row = ({ project }: { project: ListedProject }) => {
  const { actor } = usePageContext();
  const { id, name, passed, failed, agents, schedules } = project;
  return (
    <tr>
      <th scope="row">
        <a href={projectPath(id)} title={name}>
          {name} <span class="quiet">#{id}</span>
        </a>
      </th>
      <td data-label="Schedules" class="number">
        {schedules > 0 && mayDo(actor, "listSchedules") ? (
          <a href={`/console/schedules?project=${id}`}>{countText(schedules, MAX_LISTED_COUNT)}</a>
        ) : (
          countText(schedules, MAX_LISTED_COUNT)
        )}
      </td>
      <td data-label="Agents" class="number">
        {countText(agents, MAX_LISTED_COUNT)}
      </td>
      <td data-label="Jobs, 14 days" class="number">
        {passed + failed}
      </td>
      <td data-label="Pass rate" class="number">
        {passed + failed === 0 ? <span class="quiet">none yet</span> : rateText(passed / (passed + failed))}
      </td>
      <td data-label="Made">
        <Time at={project.createdAt} />
      </td>
    </tr>
  );
};

const NewProject = ({ formInput, wrong }: { formInput: FormInput; wrong: Wrong }) => (
  <details class="card narrow" open={wrong.length > 0}>
    <summary>New project</summary>
    <form method="post" action="/console/projects" class="stack">
      <FormKeys />
      <WrongElsewhere wrong={wrong} shown={["name"]} />
      <ProjectNameField name="name" formInput={formInput} wrong={wrong} />
      <div class="row">
        <button type="submit" class="primary">
          Make the project
        </button>
      </div>
    </form>
  </details>
);

const nextPage = (search: string, after: number): string =>
  `/console/projects?${new URLSearchParams({ ...(search === "" ? {} : { q: search }), after: String(after) })}`;

/** A page of projects by id. */
export const ProjectList = ({
  list,
  search,
  isFirst,
  formInput,
  wrong,
}: {
  list: ProjectListing;
  search: string;
  isFirst: boolean;
  formInput: FormInput;
  wrong: Wrong;
}) => (
  <>
    <search>
      <form class="filters" method="get" action="/console/projects" aria-label="Projects">
        <label for="q">Search</label>
        <input type="search" id="q" name="q" value={search} placeholder="Name or #id" />
        <button type="submit">Show</button>
        <Chips
          chips={search === "" ? [] : [{ label: `Search: ${search}`, without: "/console/projects" }]}
          clear="/console/projects"
        />
      </form>
    </search>
    <Live>
      {list.rows.length > 0 ? (
        <Table
          caption="Projects"
          heads={["Project", "Schedules", "Agents", "Jobs, 14 days", "Pass rate", "Made"]}
          dense
          numbers={["Schedules", "Agents", "Jobs, 14 days", "Pass rate"]}
        >
          {list.rows.map((project) => (
            <Row project={project} />
          ))}
        </Table>
      ) : search !== "" || !isFirst ? (
        <Empty title="No project here matches">
          <p>{list.next === undefined ? "Try another name." : "There are more to look through."}</p>
        </Empty>
      ) : (
        <Empty title="No project yet">
          <p>A project is what is tested: tests, agents and schedules belong to it.</p>
        </Empty>
      )}
      <nav class="pager" aria-label="Pages">
        {isFirst ? null : <a href="/console/projects">First page</a>}
        {list.next === undefined ? null : <a href={nextPage(search, list.next)}>Next page</a>}
      </nav>
    </Live>
    {mayDo(usePageContext().actor, "createProject") && <NewProject formInput={formInput} wrong={wrong} />}
  </>
);
