import { mayDo } from "../../access/permissions.ts";
import type { CurrentMaintenance } from "../../hosts/maintenance.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Icon } from "../parts/icon.tsx";
import { Time } from "../parts/time.tsx";

interface Of {
  hostId: number;
  maintenance: CurrentMaintenance | null;
}

/** Tells of a host's maintenance: who, why, until when, and what still runs. */
export const MaintenanceNotice = ({ maintenance, running }: Pick<Of, "maintenance"> & { running: number }) =>
  maintenance && (
    <p class="notice">
      <Icon name="paused" />
      <span>
        {running > 0 ? "Drains for maintenance" : "In maintenance"} since <Time at={maintenance.since} />
        {maintenance.until === null ? ", until somebody ends it" : null}
        {maintenance.until !== null && (
          <>
            , until <Time at={maintenance.until} />
          </>
        )}
        , by {maintenance.by}: {maintenance.note}. It is handed no job
        {running > 0 ? `; ${running} ${running === 1 ? "job still runs" : "jobs still run"}` : ""}.
      </span>
    </p>
  );

/** The form that puts a host into maintenance, or changes it, and the button that ends it. */
export const MaintenanceActions = ({ hostId, maintenance }: Of) => {
  const { actor, zone } = usePageContext();
  const path = `/console/hosts/${hostId}/maintenance`;
  return (
    <>
      {maintenance && mayDo(actor, "endMaintenance") && (
        <ActionButton to={`${path}/end`} label="End maintenance" what="" kind="primary" />
      )}
      {mayDo(actor, "startMaintenance") && (
        <ConfirmedAction
          to={path}
          label={maintenance ? "Change maintenance…" : "Maintenance…"}
          what=""
          consequence="It finishes what it runs and is handed no job. What came due meanwhile waits."
          sure={maintenance ? "Change it" : "Begin maintenance"}
          danger={false}
        >
          <div class="field">
            <label for="maintenance-note">Why (others read it)</label>
            <input
              type="text"
              id="maintenance-note"
              name="note"
              maxlength={1000}
              required
              value={maintenance?.note}
            />
          </div>
          <div class="field">
            <label for="maintenance-until">Until, in {zone}</label>
            <input
              type="datetime-local"
              id="maintenance-until"
              name="until"
              aria-describedby="maintenance-until-hint"
            />
            <p class="hint" id="maintenance-until-hint">
              Ends by itself then; empty: when somebody ends it.
            </p>
          </div>
        </ConfirmedAction>
      )}
    </>
  );
};
