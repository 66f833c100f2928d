/** The tool of reports that this service wrote. The reader keeps their names unchanged. */
export const OWN_TOOL = "muster";

/** The name of the root in this service's JUnit XML. */
export const OWN_REPORT = "Muster results";

/** Case properties that JUnit XML has no attribute for. */
export const OWN_PROPERTIES = {
  parameters: "muster.parameters",
  attempts: "muster.attempts",
  kind: "muster.kind",
} as const;
