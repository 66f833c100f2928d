import "./stranger.ts";
import "./actions.ts";
import "./live.ts";
import "./keyboard.ts";
