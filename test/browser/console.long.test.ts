import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./log.ts";
import "./keyboard.ts";
