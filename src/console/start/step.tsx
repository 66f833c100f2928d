import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";

/** One step towards the first run. */
export const Step = ({
  place,
  title,
  done,
  children,
}: {
  place: number;
  title: string;
  done: boolean;
  children: Child;
}) => (
  <section class={`card step ${done ? "done" : ""}`}>
    <h2>
      <span class="place" aria-hidden="true">
        {done ? <Icon name="completed" /> : place}
      </span>
      {title}
      {done ? <span class="unseen"> (done)</span> : null}
    </h2>
    {children}
  </section>
);
