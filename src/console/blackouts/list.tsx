import { mayDo } from "../../access/permissions.ts";
import type { ClosedSpan } from "../../schedules/closed-spans.ts";
import { usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/buttons.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import type { BlackoutListing } from "./view.ts";

export const blackoutsPath = (projectId: number): string => `/console/projects/${projectId}/blackouts`;

export const SpanText = ({ span, named }: { span: ClosedSpan; named: boolean }) => (
  <span class="block">
    <Time at={span.from} /> to <Time at={span.until} />
    {named && <span class="quiet"> {span.name}</span>}
  </span>
);

const Row = ({ blackout, projectId }: { blackout: BlackoutListing["rows"][number]; projectId: number }) => {
  const { actor } = usePageContext();
  return (
    <tr>
      <th scope="row">{blackout.name}</th>
      <td data-label="When">
        {blackout.next.length === 0 ? <span class="quiet">is over</span> : null}
        {blackout.next.map((span) => (
          <SpanText span={span} named={span.name !== blackout.name} />
        ))}
        {blackout.ahead > blackout.next.length ? (
          <span class="quiet">and {blackout.ahead - blackout.next.length} more</span>
        ) : null}
      </td>
      <td data-label="Made">
        <Time at={blackout.createdAt} /> <span class="quiet">by {blackout.createdBy}</span>
      </td>
      <td data-label="Actions">
        {mayDo(actor, "deleteBlackout") && (
          <ConfirmedAction
            to={`${blackoutsPath(projectId)}/${blackout.id}/delete`}
            label="Delete…"
            what={blackout.name}
            consequence="The runs that it left out and that are still to come are planned again."
            sure="Delete it"
          />
        )}
      </td>
    </tr>
  );
};

export const BlackoutList = ({ list }: { list: BlackoutListing }) =>
  list.rows.length === 0 ? (
    <Empty title="No blackout yet">
      <p>In a blackout the schedules of {list.projectName} do not run by their crons.</p>
    </Empty>
  ) : (
    <Table caption="Blackouts" heads={["Blackout", "When", "Made", "Actions"]}>
      {list.rows.map((blackout) => (
        <Row blackout={blackout} projectId={list.projectId} />
      ))}
    </Table>
  );
