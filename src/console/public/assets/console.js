/* The pages' own script, beside htmx. Every page works without it. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** How far the server's clock is ahead of this one. */
const AHEAD_MS = Number(document.documentElement.dataset.now) - Date.now();
const now = () => Date.now() + AHEAD_MS;

// Times. Once the cookie names the zone, the server formats them.

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** As `src/console/parts/time.tsx` does. */
const clockText = (at, seconds) => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const of = (moment) =>
    Object.fromEntries(parts.formatToParts(moment).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second } = of(at);
  const shownYear = of(now()).year === year ? "" : ` ${year}`;
  return `${Number(day)} ${MONTHS[Number(month) - 1]}${shownYear} ${hour}:${minute}${seconds ? `:${second}` : ""}`;
};

const sizeText = (ms) => {
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} days`;
};

const distanceText = (at) => {
  const distance = Math.abs(now() - at);
  if (distance < 5000) return "just now";
  return at < now() ? `${sizeText(distance)} ago` : `in ${sizeText(distance)}`;
};

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const showDistances = () => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const at = Date.parse(time.dateTime);
    write(time, time.dataset.ago ? sizeText(Math.abs(now() - at)) : distanceText(at));
  }
};

const showTimes = () => {
  showDistances();
  const told = document.querySelector("[data-zone]")?.dataset.zone;
  if (told === undefined || told === ZONE) return;
  for (const time of document.querySelectorAll("time:not([data-ago])")) {
    write(time, clockText(Date.parse(time.dateTime), "seconds" in time.dataset));
  }
  for (const name of document.querySelectorAll("[data-zone-name]")) write(name, ZONE);
};

const rememberZone = () => {
  const year = 365 * 24 * 3600;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `muster_zone=${encodeURIComponent(ZONE)}; path=/; max-age=${year}; samesite=lax`;
};

document.addEventListener("htmx:after:swap", () => showTimes());

window.htmx?.registerExtension("keep", {
  // A list's own script has drawn these; they are the same.
  htmx_before_morph_node: (_, { oldNode, newNode }) =>
    !(oldNode.dataset?.marks && oldNode.dataset.marks === newNode.dataset?.marks),
  // A <details> that the user opened stays open after a refresh.
  htmx_before_morph_attr: (element, detail) => !(element.tagName === "DETAILS" && detail.attrName === "open"),
});

setInterval(showDistances, 5000);

// What comes after the first paint: live parts and badges, and keys with what they do.

const isTyping = ({ target }) =>
  target instanceof HTMLElement &&
  target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
let goesUntil = 0;

document.addEventListener("keydown", async (event) => {
  const { key, ctrlKey, metaKey, altKey } = event;
  const isPalette = (ctrlKey || metaKey) && key === "k";
  const isGoing = Date.now() < goesUntil;
  if (!isPalette) {
    if (ctrlKey || metaKey || altKey || isTyping(event) || document.cookie.includes("muster_keys=off"))
      return;
    goesUntil = key === "g" ? Date.now() + 1500 : 0;
    if (!isGoing && key !== "/" && key !== "?") return;
  }
  event.preventDefault();
  const { press } = await import("/assets/keys.js");
  press(isPalette ? "palette" : isGoing ? `g ${key}` : key);
});

document.addEventListener("click", async (event) => {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!isPlain || !(event.target instanceof Element) || !event.target.closest("[data-palette]")) return;
  event.preventDefault();
  const { press } = await import("/assets/keys.js");
  press("palette");
});

if (document.querySelector(".side"))
  window.addEventListener("load", () => {
    import("/assets/live.js");
    import("/assets/signals.js");
    import("/assets/filters.js");
  });

// A reload must not show the notice again.
if (document.querySelector("[data-done]")) {
  const address = new URL(location.href);
  for (const name of ["done", "made"]) address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
}

rememberZone();
showTimes();
