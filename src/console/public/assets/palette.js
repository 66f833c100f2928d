/* The palette: finds hosts, agents, schedules, jobs, tests and pages, and goes there. Loaded when it is first opened. */

const ASK_AFTER_MS = 120;

const looks = document.createElement("link");
looks.rel = "stylesheet";
looks.href = "/assets/palette.css";
const styled = new Promise((done) => {
  looks.addEventListener("load", done);
  looks.addEventListener("error", done);
});
document.head.append(looks);

/** An option of the list. The one that is chosen is told by aria-activedescendant: the focus stays in the field. */
const optionOf = ({ kind, name, beside, path }, place) => {
  const option = document.createElement("a");
  option.id = `found-${place}`;
  option.href = path;
  option.role = "option";
  option.tabIndex = -1;
  for (const [className, text] of [
    ["kind", kind],
    ["name", name],
    ["quiet", beside],
  ]) {
    const part = document.createElement("span");
    part.className = className;
    part.textContent = text;
    option.append(part, " ");
  }
  return option;
};

const build = () => {
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Find anything");
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "A host, agent, schedule, job, test or page: its name, or #id";
  field.role = "combobox";
  field.autocomplete = "off";
  for (const [name, value] of [
    ["aria-label", "Name or id"],
    ["aria-controls", "palette-found"],
    ["aria-expanded", "true"],
    ["aria-autocomplete", "list"],
  ])
    field.setAttribute(name, value);
  const list = document.createElement("div");
  list.id = "palette-found";
  list.role = "listbox";
  list.setAttribute("aria-label", "Found");
  const said = document.createElement("p");
  said.className = "quiet";
  said.role = "status";
  dialog.append(field, list, said);
  document.body.append(dialog);
  return { dialog, field, list, said };
};

let parts;
let chosen = 0;
let asked = 0;
let timer;
/** Whether the list is of what the field has. */
let isAnswered = false;
/** Enter was pressed before the answer came. */
let isAwaited = false;

const choose = (place) => {
  const { field, list } = parts;
  const options = [...list.children];
  chosen = options.length === 0 ? 0 : (place + options.length) % options.length;
  for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === chosen));
  const option = options[chosen];
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
};

const say = (text) => {
  parts.said.textContent = text;
};

const ask = async () => {
  const { field, list } = parts;
  const mine = ++asked;
  try {
    const query = field.value.trim() === "" ? "" : `?q=${encodeURIComponent(field.value)}`;
    const response = await fetch(`/console/find/results${query}`);
    if (mine !== asked) return;
    if (!response.ok) throw new Error(String(response.status));
    const found = await response.json();
    if (mine !== asked) return;
    list.replaceChildren(...found.map(optionOf));
    choose(0);
    isAnswered = true;
    if (isAwaited) list.children[chosen]?.click();
    isAwaited = false;
    say(found.length === 0 ? "Nothing is called so." : "");
  } catch {
    if (mine === asked) say("The service does not answer. Type on to ask again.");
  }
};

const askSoon = () => {
  isAnswered = isAwaited = false;
  clearTimeout(timer);
  timer = setTimeout(ask, ASK_AFTER_MS);
};

const onKey = (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  if (step !== undefined) {
    event.preventDefault();
    choose(chosen + step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (isAnswered) parts.list.children[chosen]?.click();
    else isAwaited = true;
  } else if (event.key === "Escape") {
    // By itself the field would take the first press, to be emptied.
    event.preventDefault();
    // Else the next key is still the field's.
    parts.field.blur();
    parts.dialog.close();
  }
};

/** Opens the palette, over the page. */
export const openPalette = async () => {
  await styled;
  if (!parts) {
    parts = build();
    parts.field.addEventListener("input", askSoon);
    parts.field.addEventListener("keydown", onKey);
    // A click beside it closes it.
    parts.dialog.addEventListener("click", ({ target }) => {
      if (target === parts.dialog) parts.dialog.close();
    });
  }
  const { dialog, field, list } = parts;
  if (!dialog.isConnected) document.body.append(dialog);
  field.value = "";
  list.replaceChildren();
  isAnswered = isAwaited = false;
  dialog.showModal();
  field.focus();
  ask();
};
