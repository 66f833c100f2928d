/* Badges in the menu, a title and an icon that say what failed while the tab was away, and marks on what has just changed. Loaded after the page. */

const SEEN_MS = 30_000;
const AWAY_MS = 60_000;
const MARKED_MS = 3000;
/** Above this a count says no more than that. */
const MAX_SHOWN = 99;

const looks = document.createElement("link");
looks.rel = "stylesheet";
looks.href = "/assets/signals.css";
document.head.append(looks);

// Badges.

const BADGES = [
  { path: "/console", count: "failed", kind: "failed", words: "failed in 24 h" },
  { path: "/console/jobs", count: "running", kind: "running", words: "running" },
  { path: "/console/schedules", count: "overdue", kind: "not_run", words: "overdue" },
];

const shown = (count) => (count > MAX_SHOWN ? `${MAX_SHOWN}+` : String(count));

const showBadges = (signals) => {
  for (const { path, count, kind, words } of BADGES) {
    const link = document.querySelector(`#menu a[href="${path}"]`);
    if (!link) continue;
    const badge = link.querySelector(".badge") ?? document.createElement("span");
    badge.className = `badge ${kind}`;
    badge.title = `${shown(signals[count])} ${words}`;
    const unseen = document.createElement("span");
    unseen.className = "unseen";
    unseen.textContent = ` ${words}`;
    badge.replaceChildren(shown(signals[count]), unseen);
    if (signals[count] > 0) link.append(badge);
    else badge.remove();
  }
  const start = document.querySelector('#menu a[href="/console/start"]');
  if (signals.hasHost && start?.lastChild?.nodeType === Node.TEXT_NODE)
    start.lastChild.textContent = "Add host";
};

// What failed while the tab was away.

const icon = document.querySelector('link[rel="icon"]');
const usualIcon = icon?.getAttribute("href");
const FAILED = /^\(\d+\+? failed\) /;
let leftAt;

const showAway = (failed) => {
  const title = document.title.replace(FAILED, "");
  document.title = failed > 0 ? `(${shown(failed)} failed) ${title}` : title;
  icon?.setAttribute("href", failed > 0 ? "/assets/muster-failed.svg" : usualIcon);
};

// Both are asked for: often while the page is seen, and once a minute while it is not.

let askedAt = 0;
let isEnded = false;
let serverAhead = 0;

const ask = async () => {
  askedAt = Date.now();
  const since = leftAt === undefined ? "" : `?since=${Math.round(leftAt + serverAhead)}`;
  try {
    const response = await fetch(`/console/signals${since}`);
    if (response.status === 401) isEnded = true;
    if (!response.ok) return;
    const signals = await response.json();
    serverAhead = signals.now - Date.now();
    showBadges(signals);
    if (leftAt !== undefined) showAway(signals.failedSince);
  } catch {
    // It is asked again.
  }
};

const keepAsking = () => {
  const wait = document.visibilityState === "visible" ? SEEN_MS : AWAY_MS;
  if (!isEnded && Date.now() - askedAt >= wait) ask();
};

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    leftAt = undefined;
    showAway(0);
    keepAsking();
  } else leftAt = Date.now();
});
// A page that was restored from the back of the history is seen again.
window.addEventListener("pageshow", keepAsking);
setInterval(keepAsking, 5000);
ask();

// What has just changed is marked for a moment.

const stateOf = () => {
  const rows = document.querySelectorAll("#live :is(tbody tr, .job-line, .tile)");
  return new Map(
    [...rows].map((row) => {
      const link = row.matches("a") ? row : row.querySelector("a[href]");
      const says = [...row.querySelectorAll(".mark, .tile-value")]
        .map(({ textContent }) => textContent)
        .join();
      return [link?.getAttribute("href") ?? "", { row, says }];
    }),
  );
};

let before;
const isLive = ({ detail }) => detail.ctx?.sourceElement?.id === "live";

document.addEventListener("htmx:before:swap", (event) => {
  before = isLive(event) ? stateOf() : undefined;
});
document.addEventListener("htmx:after:swap", (event) => {
  if (!isLive(event) || !before) return;
  for (const [key, { row, says }] of stateOf()) {
    if (before.get(key)?.says === says) continue;
    row.classList.add("changed");
    setTimeout(() => row.classList.remove("changed"), MARKED_MS);
  }
  before = undefined;
});
