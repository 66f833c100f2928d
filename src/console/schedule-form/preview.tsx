import type { ComingTime, SkippedTime } from "../../schedules/forecast.ts";
import { usePageContext } from "../page-context.ts";
import type { Wrong } from "../parts/form.tsx";
import { Ago, clockText, Time } from "../parts/time.tsx";
import { cronWords } from "../schedules/cron-words.ts";

export type Preview = { times: ComingTime[]; skipped: SkippedTime[] } | { wrong: Wrong } | undefined;

/** How many times are shown. */
const SHOWN = 10;

/** The next times and the skipped ones before them, by time. */
const inOrder = ({ times, skipped }: { times: ComingTime[]; skipped: SkippedTime[] }) =>
  [...times.map((time) => ({ ...time, blackout: undefined })), ...skipped]
    .sort((one, other) => one.at - other.at)
    .slice(0, SHOWN);

/** The next times of the form's schedule, or the reason why there are none. */
export const PreviewTimes = ({
  preview,
  zone,
  cron,
}: {
  preview: Preview;
  zone: string;
  /** The cron of a schedule that repeats. */
  cron: string | undefined;
}) => {
  const { zone: here, now } = usePageContext();
  const words = cron === undefined || (preview && "wrong" in preview) ? undefined : cronWords(cron);
  return (
    <div id="preview" class="preview" aria-live="polite">
      <h2 class="lesser">Next times{words === undefined ? "" : `: ${words}`}</h2>
      {preview === undefined ? (
        <p class="quiet">Shown as you type.</p>
      ) : "wrong" in preview ? (
        <ul class="quiet">
          {preview.wrong.map(({ field, message }) => (
            <li>{`${field} ${message}`}</li>
          ))}
        </ul>
      ) : preview.times.length === 0 ? (
        <p class="quiet">
          It would never run{preview.skipped.length > 0 ? ": blackouts leave out all its times" : ""}.
        </p>
      ) : (
        <ol class="times">
          {inOrder(preview).map(({ at, blackout }) => (
            <li class={blackout === undefined ? undefined : "left-out"}>
              <span>{clockText(at, zone, { now })}</span>{" "}
              {blackout === undefined ? null : <span>skipped: {blackout} </span>}
              <span class="quiet">
                {zone === here ? null : (
                  <>
                    <Time at={at} /> here,{" "}
                  </>
                )}
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
};
