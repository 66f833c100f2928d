import { Time } from "../parts/time.tsx";
import type { HostPage } from "./view.ts";

/** Warns that due jobs lie outside the window of the host's polls. */
export const Missed = ({ outside }: { outside: HostPage["outside"] }) =>
  outside && (
    <p class="notice bad">
      <span>
        Jobs that are due wait outside of the window that it asks for: its poll of{" "}
        <Time at={outside.at} seconds /> asked for those from <Time at={outside.from} seconds /> to before{" "}
        <Time at={outside.until} seconds />. Check its clock, its time zone and the window.
      </span>
    </p>
  );

/** Shows why the host requests no jobs, by its own report. */
export const Trouble = ({ trouble }: { trouble: HostPage["trouble"] }) =>
  trouble && (
    <p class="notice bad">
      <span>
        Since <Time at={trouble.at} seconds />, by its own word: {trouble.message}
      </span>
    </p>
  );
