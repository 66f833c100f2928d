/** By these our reader knows a report that we wrote, in which each name stands as it was. */
export const OWN_TOOL = "muster";

/** What the root of our JUnit XML is called. */
export const OWN_REPORT = "Muster results";

/** Properties of a case that JUnit XML has no word for. */
export const OWN_PROPERTIES = {
  parameters: "muster.parameters",
  attempts: "muster.attempts",
  kind: "muster.kind",
} as const;
