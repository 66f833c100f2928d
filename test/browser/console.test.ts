// In this order: the first use finds an empty installation, which the other fills.
import "./first-use.ts";
import "./accessible.ts";
