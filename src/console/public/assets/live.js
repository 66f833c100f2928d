/* Keeps the live part of a page up. Loaded after the page. */

const REFRESH_MS = 4000;
const SLOW_MS = 15_000;
/** How often a told page asks at least. */
const TOLD_MS = 30_000;
/** How soon a told page asks; after five times in a row twice as long each, up to REFRESH_MS. */
const GAP_MS = 500;
const QUICK_ASKS = 4;
/** A socket that is silent for this long is asked; for twice as long, it is dead. */
const PING_MS = 15_000;
const MAX_WAIT_MS = 60_000;

// Live parts.

let refreshedAt = 0;
let failures = 0;

const isBusy = (live) => {
  const active = document.activeElement;
  const isTyping = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement;
  // Nor do rows move while some are picked, or under a pointer that is about to act on one.
  const isActing = live.querySelector(
    "[name=pick]:checked, [data-label=Actions]:hover, .asking[open]:is(:hover, :focus-within)",
  );
  // A refresh leaves the output of a run as it is, and what is sought in it.
  return (isTyping && live.contains(active) && !active.closest("#log")) || isActing !== null;
};

/** Whether a change was told since the last refresh. */
let isChanged = false;
/** How often the page has asked in a row because it was told. */
let quickAsks = 0;

const gap = () => Math.min(REFRESH_MS, GAP_MS * 2 ** Math.max(0, quickAsks - QUICK_ASKS));

const waitOf = (live) => {
  if (failures > 2) return SLOW_MS;
  if (isChanged) return gap();
  return isTold() && !("asks" in live.dataset) ? TOLD_MS : REFRESH_MS;
};

// What a page shows may be gone once an action has begun.
let restUntil = 0;
const actions = new Set();

// The second click of a double click on an action must not hit what its answer puts there.
let clicked = { at: 0, x: 0, y: 0 };
document.addEventListener(
  "click",
  (event) => {
    const { clientX: x, clientY: y, detail } = event;
    const isSecond = detail > 1 && Date.now() - clicked.at < 1000 && clicked.x === x && clicked.y === y;
    if (isSecond) event.preventDefault();
    else clicked = { at: event.target.closest("button") ? Date.now() : 0, x, y };
  },
  true,
);

const isLive = (ctx) => ctx?.sourceElement?.id === "live";
/** The counts of a list change nothing either. */
const isAction = (ctx) => !isLive(ctx) && ctx?.sourceElement?.id !== "counts";
const stopAsking = () => document.getElementById("live")?.dispatchEvent(new CustomEvent("htmx:abort"));

window.addEventListener("beforeunload", () => {
  restUntil = Date.now() + REFRESH_MS;
  stopAsking();
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isAction(ctx)) return;
  actions.add(ctx);
  stopAsking();
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => actions.delete(ctx));

const refresh = () => {
  if (document.visibilityState !== "visible" || Date.now() < restUntil || actions.size > 0) return;
  const live = document.getElementById("live");
  if (!live) return;
  const sinceMs = Date.now() - refreshedAt;
  // A change that is told during a request is asked about after it.
  if (sinceMs < waitOf(live) || isBusy(live) || live.classList.contains("htmx-request")) return;
  quickAsks = isChanged && sinceMs < 2 * gap() ? quickAsks + 1 : 0;
  isChanged = false;
  refreshedAt = Date.now();
  live.dispatchEvent(new CustomEvent("live"));
};

// The socket that tells of changes.

let socket;
let heardAt = 0;
let pingedAt = 0;
let listenAt = 0;
let refusals = 0;

const isTold = () => socket?.readyState === WebSocket.OPEN;

/** A socket that is still opening is closed once it is open: browsers complain otherwise. */
const stopListening = () => {
  const open = socket;
  socket = undefined;
  if (open?.readyState === WebSocket.OPEN) open.close();
};

const noteChange = () => {
  isChanged = true;
  refresh();
  if (isChanged) setTimeout(refresh, gap());
};

const listen = () => {
  const opening = new WebSocket(`${location.origin.replace(/^http/, "ws")}/console/live`);
  socket = opening;
  heardAt = Date.now();
  opening.addEventListener("open", () => {
    if (socket !== opening) {
      opening.close();
      return;
    }
    refusals = 0;
    heardAt = Date.now();
    // What changed before is not told.
    noteChange();
  });
  opening.addEventListener("message", ({ data }) => {
    if (socket !== opening) return;
    heardAt = Date.now();
    if (data !== "pong") noteChange();
  });
  opening.addEventListener("close", () => {
    if (socket !== opening) return;
    socket = undefined;
    refusals += 1;
    // Spread: all lose theirs at once.
    listenAt = Date.now() + Math.min(MAX_WAIT_MS, 1000 * 2 ** refusals) * (0.5 + Math.random() / 2);
  });
};

/** Keeps the socket open while the page is visible and has a live part. */
const keepListening = () => {
  if (document.visibilityState !== "visible" || !document.getElementById("live")) {
    stopListening();
    return;
  }
  const silentMs = Date.now() - heardAt;
  // After a sleep of the machine too.
  if (socket && silentMs > 2 * PING_MS) stopListening();
  if (!socket) {
    if (Date.now() >= listenAt) listen();
  } else if (isTold() && silentMs > PING_MS && pingedAt < heardAt) {
    pingedAt = Date.now();
    socket.send("ping");
  }
};

// Messages about a failed request.

const say = (text, link) => {
  const place = document.getElementById("connection");
  if (!place) return;
  if (place.dataset.said === text) return;
  place.dataset.said = text;
  place.replaceChildren(text);
  if (link) {
    const to = document.createElement("a");
    to.href = link.href;
    to.textContent = link.text;
    place.append(" ", to);
  }
  place.hidden = text === "";
};

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  failures = status >= 500 ? failures + 1 : 0;
  if (status >= 500) say("The service does not answer as it should. It is asked again.");
  else if (!isLive(ctx) || status < 400) say("");
  if (!isLive(ctx) || status < 400) return;
  event.preventDefault();
  if (status === 401) {
    const to = encodeURIComponent(location.pathname + location.search);
    say("Your session has ended. What you see is no longer kept up.", {
      href: `/console/sign-in?to=${to}`,
      text: "Sign in again",
    });
  } else if (status < 500)
    say("This page can't be kept up: what it shows is gone, or not for this token any more.");
});

document.addEventListener("htmx:error", () => {
  failures += 1;
  say("The connection is lost. It is tried again by itself.");
});

document.addEventListener("visibilitychange", () => {
  keepListening();
  refresh();
});
window.addEventListener("online", () => {
  refreshedAt = 0;
  listenAt = 0;
  refresh();
});
setInterval(() => {
  keepListening();
  refresh();
}, 500);

refreshedAt = Date.now();
keepListening();
