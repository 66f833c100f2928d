import { eventsOf } from "../../webhooks/webhooks.ts";
import { usePageContext } from "../page-context.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago, Time } from "../parts/time.tsx";
import { MAX_COUNT, type ShownWebhook } from "./store.ts";
import type { WebhookListing } from "./view.ts";

export const webhooksPath = (projectId: number): string => `/console/projects/${projectId}/webhooks`;
export const webhookPath = (projectId: number, id: number): string => `${webhooksPath(projectId)}/${id}`;

/** A count that goes no further than `MAX_COUNT`. */
export const countText = (count: number): string =>
  count >= MAX_COUNT ? `${MAX_COUNT} or more` : String(count);

/** Whether events are sent, and what keeps them from it. */
export const WebhookState = ({ webhook }: { webhook: ShownWebhook }) => {
  const { now } = usePageContext();
  if (webhook.disabledAt !== null)
    return (
      <>
        <span class="mark">
          <Icon name="cancelled" />
          Disabled
        </span>
        <span class="quiet block">{webhook.disabledNote}</span>
      </>
    );
  if (webhook.failingSince !== null)
    return (
      <>
        <span class="mark failed">
          <Icon name="failed" />
          Fails
        </span>
        <span class="quiet block">
          since <Ago at={webhook.failingSince} />
          {webhook.heldUntil > now && (
            <>
              , tried again at <Time at={webhook.heldUntil} seconds />
            </>
          )}
        </span>
      </>
    );
  return (
    <span class="mark online">
      <Icon name="completed" />
      Good
    </span>
  );
};

const Row = ({ webhook, projectId }: { webhook: ShownWebhook; projectId: number }) => {
  const path = webhookPath(projectId, webhook.id);
  return (
    <tr>
      <th scope="row">
        <a href={path}>{webhook.name}</a> <span class="quiet">#{webhook.id}</span>
      </th>
      <td data-label="Sends">
        {webhook.form}
        <span class="quiet block">{webhook.shownTarget}</span>
      </td>
      <td data-label="Events">{eventsOf(webhook).join(", ")}</td>
      <td data-label="State">
        <WebhookState webhook={webhook} />
      </td>
      <td data-label="Waiting">{countText(webhook.waiting)}</td>
      <td data-label="Dead">
        {webhook.dead === 0 ? "0" : <a href={`${path}?status=dead`}>{countText(webhook.dead)}</a>}
      </td>
    </tr>
  );
};

export const WebhookList = ({ list }: { list: WebhookListing }) =>
  list.rows.length === 0 ? (
    <Empty title="No webhook yet">
      <p>
        A webhook tells an address of yours what happens in {list.projectName}, so that nothing has to ask.
      </p>
    </Empty>
  ) : (
    <Table caption="Webhooks" heads={["Webhook", "Sends", "Events", "State", "Waiting", "Dead"]}>
      {list.rows.map((webhook) => (
        <Row webhook={webhook} projectId={list.projectId} />
      ))}
    </Table>
  );
