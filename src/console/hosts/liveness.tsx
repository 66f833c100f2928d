import type { Presence } from "../../database/enums.ts";
import { usePageContext } from "../page-context.ts";
import { Icon } from "../parts/icon.tsx";
import { Ago } from "../parts/time.tsx";

/** A host whose last contact is younger is live. Contact is kept to the minute, and most hosts call each minute or more. */
const LIVE_MS = 2 * 60_000;

/** What a host's object and D1 know of its last contact. */
export interface Contact {
  /** Epoch milliseconds; null: never. */
  contactAt: number | null;
  /** How many of its processes have a socket. */
  sockets: number;
}

/** A host's state by its last contact. Past a whole window of the half-hour check without one it is offline. */
export const livenessOf = (
  { contactAt, sockets }: Contact,
  { now, windowMs }: { now: number; windowMs: number },
): "live" | "quiet" | "offline" | "new" => {
  if (sockets > 0) return "live";
  if (contactAt === null || contactAt === 0) return "new";
  const age = now - contactAt;
  return age < LIVE_MS ? "live" : age < windowMs ? "quiet" : "offline";
};

/** What the half-hour check says of a host in a list that asks no object. Who was heard from since never reads Offline alone. */
export const presenceText = (
  { presence, knownContactAt }: { presence: Presence; knownContactAt: number | null },
  times: { now: number; windowMs: number },
): string => {
  const state = livenessOf({ contactAt: knownContactAt, sockets: 0 }, times);
  return presence === "Offline" && (state === "live" || state === "quiet")
    ? "Offline, heard from since"
    : presence;
};

/** `Live`, `Quiet for 3 min`, `Offline for 4 h`; a host in maintenance says that instead of Live. */
export const LiveMark = ({ contact, maintenance }: { contact: Contact; maintenance: boolean }) => {
  const { now, windowMs } = usePageContext();
  const state = livenessOf(contact, { now, windowMs });
  const { contactAt } = contact;
  const since = contactAt !== null && (state === "quiet" || state === "offline") && (
    <>
      {" "}
      for <Ago at={contactAt} bare />
    </>
  );
  const [look, icon, word] = {
    live: maintenance
      ? (["not_run", "paused", "Maintenance"] as const)
      : (["online", "online", "Live"] as const),
    quiet: ["not_run", maintenance ? "paused" : "not_run", "Quiet"] as const,
    offline: ["offline", "offline", "Offline"] as const,
    new: ["offline", "offline", "Not heard from"] as const,
  }[state];
  return (
    <span class={`mark ${look}`}>
      <Icon name={icon} />
      <span>
        {word}
        {since}
      </span>
    </span>
  );
};
