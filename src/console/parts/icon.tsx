/** An icon of the sprite `/assets/icons.svg`. It is decorative: the meaning stands beside it as text. */
export const Icon = ({ name }: { name: string }) => (
  <svg class="icon" aria-hidden="true">
    <use href={`/assets/icons.svg#${name}`} />
  </svg>
);
