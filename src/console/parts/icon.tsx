/** An icon of the sprite `/assets/icons.svg`. It is decorative: the meaning stands beside it as text. */
export const Icon = ({ name }: { name: string }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <use href={`/assets/icons.svg#${name}`} />
  </svg>
);
