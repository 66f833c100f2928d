/* What single keys do: go to a page, search, and say what they do. Loaded with the first of them. */

import { openPalette } from "/assets/palette.js";

const PLACES = {
  o: ["/console", "Overview"],
  t: ["/console/timeline", "Timeline"],
  h: ["/console/hosts", "Hosts"],
  a: ["/console/agents", "Agents"],
  j: ["/console/jobs", "Jobs"],
  s: ["/console/schedules", "Schedules"],
  c: ["/console/calendar", "Calendar"],
};

/** The pages that the menu has, which are those that the user may see. */
const isInMenu = (path) => document.querySelector(`#menu a[href="${path}"]`) !== null;

const keysText = () => [
  ["Ctrl K", "Find anything"],
  ["/", "Search this list, or find anything"],
  ["?", "This help"],
  ...Object.entries(PLACES)
    .filter(([, [path]]) => isInMenu(path))
    .map(([key, [, label]]) => [`g ${key}`, `Go to ${label}`]),
];

const isOff = () => document.cookie.includes("muster_keys=off");

const remember = (isOn) => {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `muster_keys=${isOn ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
};

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const openHelp = () => {
  const list = make("dl", { className: "keys" });
  for (const [keys, what] of keysText())
    list.append(make("dt", {}, make("kbd", { textContent: keys })), make("dd", { textContent: what }));
  const box = make("input", { type: "checkbox", checked: !isOff() });
  box.addEventListener("change", () => remember(box.checked));
  const close = make("button", { type: "submit", textContent: "Close" });
  const dialog = make(
    "dialog",
    { className: "palette help" },
    make("h2", { textContent: "Keys", id: "keys-title" }),
    list,
    make("label", { className: "check" }, box, "Single keys do this too"),
    make("form", { method: "dialog" }, close),
  );
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

export const press = (key) => {
  if (document.querySelector("dialog[open]")) return;
  if (key === "palette") openPalette();
  else if (key === "?") openHelp();
  else if (key === "/") {
    const field = document.querySelector('main input[type="search"]');
    if (field) field.select();
    else openPalette();
  } else {
    const [path] = PLACES[key.slice(2)] ?? [];
    if (path !== undefined && isInMenu(path)) location.assign(path);
  }
};
