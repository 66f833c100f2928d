import { mayDo } from "../../access/permissions.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton } from "../parts/buttons.tsx";
import { Icon } from "../parts/icon.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { webhookPath } from "./list.tsx";
import type { WebhookPage } from "./view.ts";

type Delivery = WebhookPage["deliveries"][number];

const MARKS = {
  waiting: { kind: "", icon: "planned", label: "Waits" },
  delivered: { kind: " completed", icon: "completed", label: "Delivered" },
  dead: { kind: " failed", icon: "failed", label: "Dead" },
} as const;

const State = ({ delivery: { status, dueAt, tries } }: { delivery: Delivery }) => {
  const { kind, icon, label } = MARKS[status];
  return (
    <>
      <span class={`mark${kind}`}>
        <Icon name={icon} />
        {label}
      </span>
      {status === "waiting" && tries > 0 && (
        <span class="quiet block">
          next at <Time at={dueAt} seconds />
        </span>
      )}
    </>
  );
};

const Row = ({ delivery, path, isEnabled }: { delivery: Delivery; path: string; isEnabled: boolean }) => {
  const { actor } = usePageContext();
  return (
    <tr>
      <th scope="row" class="event">
        {delivery.type} <span class="quiet block">{delivery.subject}</span>
      </th>
      <td data-label="Happened">
        <Time at={delivery.at} seconds />
      </td>
      <td data-label="State">
        <State delivery={delivery} />
      </td>
      <td data-label="Tries">{delivery.tries}</td>
      <td data-label="Last answer">
        {delivery.answer ?? "none"}
        {delivery.triedAt !== null && (
          <span class="quiet block">
            <Time at={delivery.triedAt} seconds />
          </span>
        )}
      </td>
      <td data-label="Actions">
        {delivery.status === "dead" && isEnabled && mayDo(actor, "resendDelivery") && (
          <ActionButton
            to={`${path}/deliveries/${delivery.id}/resend`}
            label="Send again"
            what={`${delivery.type} of ${delivery.subject}`}
          />
        )}
      </td>
    </tr>
  );
};

const HEADS = ["Event", "Happened", "State", "Tries", "Last answer", "Actions"];

/** What was sent to a webhook, or waits for it; or the list of what is dead. */
export const Deliveries = ({ page }: { page: WebhookPage }) => {
  const { projectId, webhook, deliveries, onlyDead, before, next } = page;
  const { actor } = usePageContext();
  const path = webhookPath(projectId, webhook.id);
  const isEnabled = webhook.disabledAt === null;
  const listPath = onlyDead ? `${path}?status=dead` : path;
  return (
    <section class="stack" aria-label="Deliveries">
      <h2>{onlyDead ? "Dead deliveries" : "Last deliveries"}</h2>
      <div class="row">
        <a class="button" href={onlyDead ? path : `${path}?status=dead`}>
          {onlyDead ? "All deliveries" : "Dead ones"}
        </a>
        {onlyDead && deliveries.length > 0 && isEnabled && mayDo(actor, "resendDeliveries") && (
          <ActionButton to={`${path}/deliveries/resend`} label="Send all again" what="that are dead" />
        )}
      </div>
      {onlyDead && !isEnabled && deliveries.length > 0 && (
        <p class="quiet">Enable the webhook to send them again.</p>
      )}
      {deliveries.length === 0 ? (
        <p class="quiet">{onlyDead ? "None: all was delivered, or waits." : "Nothing was sent yet."}</p>
      ) : (
        <Table caption="Deliveries" heads={HEADS}>
          {deliveries.map((delivery) => (
            <Row delivery={delivery} path={path} isEnabled={isEnabled} />
          ))}
        </Table>
      )}
      <nav class="pager" aria-label="Pages">
        {before === undefined ? null : <a href={listPath}>Newest</a>}
        {next === undefined ? null : <a href={`${listPath}${onlyDead ? "&" : "?"}before=${next}`}>Older</a>}
      </nav>
    </section>
  );
};
