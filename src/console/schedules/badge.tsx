import { mayDo } from "../../access/permissions.ts";
import { badgePath, LABEL, MAX_LABEL } from "../../badges/badges.ts";
import { markdownOf } from "../../badges/picture.ts";
import { usePageContext } from "../page-context.ts";
import { ConfirmedAction } from "../parts/buttons.tsx";
import { Copyable } from "../parts/copy.tsx";
import { schedulePath } from "./list.tsx";
import type { SchedulePage } from "./view.ts";

const LabelField = ({ label }: { label: string }) => (
  <div class="field">
    <label for="badge-label">What it says on the left</label>
    <input type="text" id="badge-label" name="label" maxlength={MAX_LABEL} value={label} required />
  </div>
);

/** What is done with a badge: it is given or changed, renewed, and taken away. */
const Actions = ({ schedule }: Pick<SchedulePage, "schedule">) => {
  const { actor } = usePageContext();
  const to = `${schedulePath(schedule.projectId, schedule.id)}/badge`;
  const label = schedule.badgeLabel ?? LABEL;
  if (!mayDo(actor, "setBadge")) return null;
  if (schedule.badgeId === null)
    return (
      <ConfirmedAction
        to={to}
        label="Give it a badge…"
        what=""
        consequence="Anyone who has its address sees the last outcome, without signing in."
        sure="Give it a badge"
        danger={false}
      >
        <LabelField label={label} />
      </ConfirmedAction>
    );
  return (
    <div class="row">
      <ConfirmedAction
        to={to}
        label="Change its label…"
        what=""
        consequence="Its address stays."
        sure="Change it"
        danger={false}
      >
        <LabelField label={label} />
      </ConfirmedAction>
      <ConfirmedAction
        to={`${to}/renew`}
        label="Renew its address…"
        what=""
        consequence="The address that it has now shows nothing any more: each page that has it takes the new one."
        sure="Renew it"
      />
      <ConfirmedAction
        to={`${to}/remove`}
        label="Take it away…"
        what=""
        consequence="Its address shows nothing any more."
        sure="Take it away"
      />
    </div>
  );
};

/** A schedule's badge, with the line that shows it in a README. `origin` is the service's address. */
export const ScheduleBadge = ({ schedule, origin }: Pick<SchedulePage, "schedule"> & { origin: string }) => {
  const { badgeId, badgeLabel } = schedule;
  const label = badgeLabel ?? LABEL;
  return (
    <section class="card stack">
      <h2>Badge</h2>
      {badgeId === null ? (
        <p class="quiet">It has none.</p>
      ) : (
        <>
          <p>
            <img src={badgePath(badgeId)} alt={`The badge ${label}`} height={20} />
          </p>
          <Copyable
            id="badge-line"
            label="the Markdown line"
            text={markdownOf(label, `${origin}${badgePath(badgeId)}`)}
          />
        </>
      )}
      <Actions schedule={schedule} />
    </section>
  );
};
