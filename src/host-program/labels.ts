import { LABEL, LABEL_FORM, MAX_LABELS } from "../wire/labels.ts";
import type { ConfigValue } from "./config-file.ts";

/** The labels of a list, or of a text with commas between them, each once. Throws `Plain` for the one that is wrong. */
export const labelsIn = (value: ConfigValue): string[] => {
  const labels = new Set<string>();
  for (const each of Array.isArray(value.value) ? value.items() : [value]) {
    for (const label of each
      .text()
      .split(",")
      .map((part) => part.trim())) {
      if (!LABEL.test(label)) throw each.refuse(`${LABEL_FORM}, not ${JSON.stringify(label)}`);
      labels.add(label);
    }
  }
  if (labels.size > MAX_LABELS)
    throw value.refuse(`must be at most ${MAX_LABELS} labels, not ${labels.size}`);
  return [...labels];
};
