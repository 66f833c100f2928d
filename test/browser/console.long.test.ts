import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./late-forms.ts";
import "./time-zones.ts";
import "./log.ts";
import "./keyboard.ts";
import "./timeline.ts";
