import type { ComingTime } from "../../schedules/forecast.ts";
import { usePageContext } from "../page-context.ts";
import type { Wrong } from "../parts/form.tsx";
import { Ago, Time } from "../parts/time.tsx";

export type Preview = { times: ComingTime[] } | { wrong: Wrong } | undefined;

/** The next times of the form's schedule, or the reason why there are none. */
export const PreviewTimes = ({ preview, zone }: { preview: Preview; zone: string }) => {
  const { zone: here } = usePageContext();
  return (
    <div id="preview" class="preview" aria-live="polite">
      <h2 class="lesser">Next times</h2>
      {preview === undefined ? (
        <p class="quiet">Shown as you type.</p>
      ) : "wrong" in preview ? (
        <ul class="quiet">
          {preview.wrong.map(({ field, message }) => (
            <li>{`${field} ${message}`}</li>
          ))}
        </ul>
      ) : preview.times.length === 0 ? (
        <p class="quiet">It would never run.</p>
      ) : (
        <ol class="times">
          {preview.times.slice(0, 10).map(({ at, local }) => (
            <li>
              <span class="code">{local.slice(0, 16).replace("T", " ")}</span>{" "}
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
