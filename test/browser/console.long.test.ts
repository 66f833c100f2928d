import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./late-forms.ts";
import "./time-zones.ts";
import "./log.ts";
import "./files.ts";
import "./keyboard.ts";
