// First: the stranger finds an empty installation.
import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./late-forms.ts";
import "./time-zones.ts";
import "./log.ts";
import "./files.ts";
import "./keyboard.ts";
import "./timeline.ts";
import "./docs.ts";
import "./hosts.ts";
import "./schedules.ts";
import "./overview.ts";
import "./projects.ts";
import "./lists.ts";
import "./palette.ts";
import "./everywhere.ts";
