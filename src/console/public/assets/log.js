/*
 * The output of a run on its job's page. It is followed while the run continues; it can be searched, and the first
 * failure in it is found. It is shown in parts of some hundred lines, each one text, and the browser lays out only the
 * parts in sight.
 */

const PART_LINES = 400;
const PART_CHARACTERS = 100_000;
/** The most that is kept; the oldest parts are dropped. */
const MAX_CHARACTERS = 40_000_000;
const MAX_FOUND = 1000;
/** The box follows its end if it is this close to it. */
const END_PIXELS = 40;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
const CONTROLS = /\u001b\[[\d;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;
const plainText = (text) => text.replace(/\r(?!\n)/g, "\n").replace(CONTROLS, "");

const FAILURE =
  /(?<![-\w])(?:fail(?:ed|ure|ures|s)?|fatal|error|not ok|traceback|panicked)(?![-\w])|\w(?:Exception|Error)\b|[✗✘✖]/i;
/** A summary that counts no failures. */
const NO_FAILURE = /\b(?:0|no) +(?:\w+ +)?(?:fail|error)|\b(?:fail|error)\w* *[:=] *0\b/i;
const looksFailed = (line) => FAILURE.test(line) && !NO_FAILURE.test(line);

let root;
let attempt;
let source;
/** The offset of the text that comes next, in bytes. */
let next;
let isOver = false;
/** The first line is cut off, and left out up to its end. */
let isCut = false;
let startsLate = false;
/** The box is scrolled to its end, and stays there as the output grows. */
let isAtEnd = true;
let lines = 0;
let characters = 0;
let parts = [];
let found = [];
let shown = -1;

const at = (name) => root.querySelector(`[data-log-${name}]`);

const write = (name, text) => {
  const element = at(name);
  if (element.textContent !== text) element.textContent = text;
};

const showState = () => {
  const ending = isOver ? "" : ", still growing";
  write(
    "state",
    characters === 0
      ? `Nothing was written${isOver ? "." : " yet."}`
      : `${lines.toLocaleString("en")} lines${startsLate ? ", the last of them" : ""}${ending}`,
  );
};

const openPart = () => {
  const last = parts.at(-1);
  if (last && last.lines < PART_LINES && last.node.length < PART_CHARACTERS) return last;
  const element = document.createElement("div");
  const node = document.createTextNode("");
  element.className = "log-part";
  element.append(node);
  at("text").append(element);
  const part = { element, node, lines: 0 };
  parts.push(part);
  return part;
};

/** Adds lines of `text` from `place` to the last part, as many as it has room for. Returns the place after them. */
const fillPart = (text, place) => {
  const part = openPart();
  const most = Math.min(text.length, place + PART_CHARACTERS);
  let until = place;
  while (part.lines < PART_LINES && until < most) {
    const end = text.indexOf("\n", until);
    if (end === -1 || end >= most) {
      until = most;
      break;
    }
    until = end + 1;
    part.lines += 1;
    lines += 1;
  }
  part.node.appendData(text.slice(place, until));
  return until;
};

const dropOldest = () => {
  while (characters > MAX_CHARACTERS && parts.length > 1) {
    const { element, node, lines: gone } = parts.shift();
    characters -= node.length;
    lines -= gone;
    startsLate = true;
    element.remove();
  }
};

const toEnd = () => {
  const box = at("text");
  box.scrollTop = box.scrollHeight;
};

const noteScroll = ({ target: box }) => {
  isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < END_PIXELS;
};

const append = (raw) => {
  let text = plainText(raw);
  if (isCut) {
    const end = text.indexOf("\n");
    if (end === -1) return;
    text = text.slice(end + 1);
    isCut = false;
  }
  characters += text.length;
  for (let place = 0; place < text.length; ) place = fillPart(text, place);
  dropOldest();
  if (isAtEnd) requestAnimationFrame(toEnd);
  showState();
};

// Following the log. The browser reconnects by itself and continues where it stopped.

const close = () => {
  source?.close();
  source = undefined;
};

const open = () => {
  close();
  const address = new URL(root.dataset.log, location.href);
  address.searchParams.set("follow", "1");
  address.searchParams.set("attempt", attempt);
  if (next !== undefined) address.searchParams.set("from", String(next));
  source = new EventSource(address);
  source.addEventListener("begin", (event) => {
    if (next === undefined) {
      startsLate = isCut = JSON.parse(event.data).offset > 0;
      showState();
    }
    next = Number(event.lastEventId);
  });
  source.addEventListener("message", (event) => {
    next = Number(event.lastEventId);
    append(JSON.parse(event.data));
  });
  source.addEventListener("end", () => {
    isOver = true;
    close();
    showState();
  });
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED)
      write("state", "The output can't be followed any more: load the page again.");
  });
};

/** Starts from the beginning: with another page, or another attempt of the run. */
const begin = () => {
  close();
  next = undefined;
  isOver = isCut = startsLate = false;
  isAtEnd = true;
  lines = characters = 0;
  parts = [];
  found = [];
  shown = -1;
  at("text").replaceChildren();
  write("found", "");
  root.hidden = false;
  open();
};

// Finding.

/** Scrolls to a piece of a part's text and marks it. */
const show = ({ part: { element, node }, from, until }) => {
  const range = new Range();
  range.setStart(node, from);
  range.setEnd(node, until);
  element.style.contentVisibility = "visible";
  const box = at("text");
  box.scrollTop += range.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  if (window.Highlight) CSS.highlights.set("log-found", new Highlight(range));
};

/** The first line for which `isWanted` holds. */
const findLine = (isWanted) => {
  for (const part of parts) {
    let from = 0;
    for (const line of part.node.data.split("\n")) {
      if (isWanted(line)) return { part, from, until: from + line.length };
      from += line.length + 1;
    }
  }
  return undefined;
};

const findFailure = () => {
  const names = [...document.querySelectorAll("[data-failed-test]")].map(({ dataset }) => dataset.failedTest);
  const line =
    findLine(looksFailed) ?? findLine((each) => names.some((name) => name !== "" && each.includes(name)));
  write("found", line ? "" : "No line looks like a failure.");
  if (line) show(line);
};

const showFound = (place) => {
  const count = `${found.length}${found.length === MAX_FOUND ? "+" : ""}`;
  if (found.length === 0) return write("found", "Not found");
  shown = (place + found.length) % found.length;
  show(found[shown]);
  write("found", `${shown + 1} of ${count}`);
};

const search = () => {
  const words = root.querySelector("#log-search").value;
  found = [];
  shown = -1;
  if (words === "") {
    if (window.Highlight) CSS.highlights.delete("log-found");
    return write("found", "");
  }
  const wanted = new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
  for (const part of parts) {
    for (const { index, 0: text } of part.node.data.matchAll(wanted)) {
      if (found.length === MAX_FOUND) break;
      found.push({ part, from: index, until: index + text.length });
    }
  }
  showFound(0);
};

let searching;
const searchSoon = () => {
  clearTimeout(searching);
  searching = setTimeout(search, 200);
};

const tools = () => {
  at("failure").addEventListener("click", findFailure);
  at("end").addEventListener("click", toEnd);
  at("text").addEventListener("scroll", noteScroll, { passive: true });
  at("next").addEventListener("click", () => showFound(shown + 1));
  const input = root.querySelector("#log-search");
  input.addEventListener("input", searchSoon);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || found.length === 0) return;
    showFound(event.shiftKey ? shown - 1 : shown + 1);
  });
};

/** Only output that comes near the visible part of the page is loaded. */
const near = new IntersectionObserver(
  (entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) attach();
  },
  { rootMargin: "600px" },
);
let isNear = false;

/** Follows the attempt that the page names, if it is not followed yet. */
const attach = () => {
  const place = document.getElementById("log");
  if (!place) return;
  if (place !== root) {
    root = place;
    attempt = undefined;
    tools();
  }
  const named = document.getElementById("log-attempt")?.dataset.attempt;
  isNear = true;
  if (named === undefined || named === attempt) return;
  attempt = named;
  begin();
};

document.addEventListener("htmx:after:swap", () => {
  if (isNear) attach();
});
document.addEventListener("visibilitychange", () => {
  if (attempt === undefined || isOver) return;
  if (document.visibilityState === "visible") open();
  else close();
});

const card = document.getElementById("output");
if (card) near.observe(card);
