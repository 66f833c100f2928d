import { Icon } from "./icon.tsx";

/** Text with a button that copies it. */
export const Copyable = ({ id, label, text }: { id: string; label: string; text: string }) => (
  <div class="copyable">
    <pre id={id} tabindex={0}>
      {text}
    </pre>
    <script src="/assets/copy.js" type="module"></script>
    <button type="button" data-copy={id}>
      <Icon name="copy" />
      <span>{`Copy ${label}`}</span>
    </button>
  </div>
);
