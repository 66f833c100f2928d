/** Attributes with which htmx sends the form on `trigger`, as the form's `step`, and replaces only `target`. */
export const refreshing = (
  address: string,
  { step, trigger, target }: { step: string; trigger: string; target: string },
) => ({
  "hx-post": address,
  "hx-trigger": trigger,
  "hx-vals": JSON.stringify({ step }),
  "hx-target": target,
  "hx-select": target,
  "hx-swap": "outerHTML",
});
