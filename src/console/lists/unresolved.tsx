import type { Unresolved } from "./named-filter.ts";

/** The filters by name that mean nothing, or several, which lead on to each of those. */
export const UnresolvedNames = ({ unresolved }: { unresolved: readonly Unresolved[] }) => (
  <>
    {unresolved.map(({ kind, text, meant, hasMore }) =>
      meant.length === 0 ? (
        <p class="wrong">
          No {kind} is called “{text}”: the list is not of one.
        </p>
      ) : (
        <p class="wrong">
          <span>
            More than one {kind} is called so:{" "}
            {meant.map(({ label, href }, place) => (
              <>
                {place === 0 ? "" : "; "}
                <a href={href}>{label}</a>
              </>
            ))}
            {hasMore && "; and more"}
          </span>
        </p>
      ),
    )}
  </>
);
