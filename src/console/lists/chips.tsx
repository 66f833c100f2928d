/** A filter in use: what it says, and the address of the list without it. */
export interface ChipFacts {
  label: string;
  without: string;
}

/** The filters in use, each with a link that leaves it, and one that leaves all. */
export const Chips = ({ chips, clear }: { chips: readonly ChipFacts[]; clear: string }) =>
  chips.length === 0 ? null : (
    <div class="row">
      {chips.map(({ label, without }) => (
        <a class="button chip" href={without}>
          {label} <span aria-hidden="true">×</span>
          <span class="unseen"> leave this filter</span>
        </a>
      ))}
      <a class="button plain" href={clear}>
        Clear
      </a>
    </div>
  );
