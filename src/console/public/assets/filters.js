/*
 * Filters of a list are applied as they are set. What is chosen leads to the list at once; while somebody types, the
 * list is brought up to that beside the typing, which goes on.
 */

const TYPED_MS = 350;
/** A time is typed part by part, each of which makes another whole time. */
const TIME_MS = 1000;

const formOf = ({ target }) => (target.form?.matches("form.filters[method=get]") ? target.form : undefined);

/** The list with what the form has now; its first page. */
const addressOf = (form) => {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const address = new URL(form.action);
  address.search = new URLSearchParams(given);
  return address;
};

let asked = 0;
let timer;

/** Shows the list of a form in place; the field that has the focus keeps it, and what was typed into it. */
const apply = async (form) => {
  const mine = ++asked;
  try {
    const response = await fetch(addressOf(form), { headers: { "HX-Request": "true" } });
    const text = await response.text();
    if (mine !== asked || !form.isConnected) return;
    if (response.status === 401 || response.status >= 500) throw new Error(String(response.status));
    const main = document.getElementById("main");
    // A refresh that is under way would bring the old list back.
    document.getElementById("live")?.dispatchEvent(new CustomEvent("htmx:abort"));
    history.replaceState(history.state, "", response.url);
    await htmx.swap({ text, target: main, sourceElement: main, select: "#main", swap: "outerMorph" });
  } catch {
    // The browser tells of it.
    if (mine === asked) form.requestSubmit();
  }
};

const applySoon = (form, ms) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (form.isConnected && form.checkValidity()) apply(form);
  }, ms);
};

document.addEventListener("input", (event) => {
  const form = formOf(event);
  if (form && event.target.type === "search") applySoon(form, TYPED_MS);
});

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (!form) return;
  const { type } = event.target;
  if (event.target instanceof HTMLSelectElement || type === "checkbox") form.requestSubmit();
  else if (type !== "search") applySoon(form, type === "datetime-local" ? TIME_MS : 0);
});

// Enter, or a button, sends the form itself.
document.addEventListener("submit", () => {
  clearTimeout(timer);
  asked += 1;
});
