import { mayDo } from "../../access/permissions.ts";
import type { CurrentMaintenance } from "../../hosts/maintenance.ts";
import { usePageContext } from "../page-context.ts";
import { ActionButton, ConfirmedAction } from "../parts/buttons.tsx";
import { Icon } from "../parts/icon.tsx";
import { instantOf, localInput } from "../parts/local-time.ts";
import { Time } from "../parts/time.tsx";
import { MAX_RUNNING_COUNTED } from "./running-store.ts";

interface Of {
  hostId: number;
  maintenance: CurrentMaintenance | null;
}

const stillRun = (running: number): string =>
  running === 1
    ? "job still runs"
    : running < MAX_RUNNING_COUNTED
      ? "jobs still run"
      : "jobs or more still run";

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
        {running > 0 && `; ${running} ${stillRun(running)}`}.
      </span>
    </p>
  );

/**
 * The end that the form asks for, in epoch milliseconds; undefined if the field is empty or no time. A field that still shows
 * when it `ends` means that instant, though the field has no seconds and does not tell an hour that comes twice.
 */
export const untilIn = (
  { until, ends }: { until: string; ends: string },
  zone: string,
): number | undefined => {
  const known = /^\d{1,14}$/.test(ends) ? Number(ends) : undefined;
  return known !== undefined && until === localInput(known, zone) ? known : instantOf(until, zone);
};

/** The form that puts a host into maintenance, or changes it, and the button that ends it. */
export const MaintenanceActions = ({ hostId, maintenance }: Of) => {
  const { actor, zone } = usePageContext();
  const path = `/console/hosts/${hostId}/maintenance`;
  const ends = maintenance?.until ?? null;
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
              value={ends === null ? "" : localInput(ends, zone)}
              aria-describedby="maintenance-until-hint"
            />
            {ends !== null && <input type="hidden" name="ends" value={String(ends)} />}
            <p class="hint" id="maintenance-until-hint">
              Ends by itself then; empty: when somebody ends it.
            </p>
          </div>
        </ConfirmedAction>
      )}
    </>
  );
};
