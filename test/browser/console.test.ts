// In this order: the first use finds an empty installation, which the others fill.
import "./first-use.ts";
import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./accessible.ts";
