/* The documentation's pages: the search, and the address of this service in the commands. */

const SHOWN_ADDRESS = "http://127.0.0.1:8787";
const MAX_FOUND = 12;

for (const code of document.querySelectorAll("article code")) {
  if (code.textContent.includes(SHOWN_ADDRESS))
    code.textContent = code.textContent.replaceAll(SHOWN_ADDRESS, location.origin);
}

const search = document.getElementById("search");
const field = document.getElementById("sought");
const found = document.getElementById("found");
const [said, list] = found.children;
search.hidden = false;

const load = async () => {
  const [{ default: MiniSearch }, answer] = await Promise.all([
    import("/assets/minisearch.js"),
    fetch("/docs/search.json"),
  ]);
  const { index, indexOptions, searchOptions } = await answer.json();
  const loaded = MiniSearch.loadJS(index, indexOptions);
  return (sought) => loaded.search(sought, searchOptions);
};
let loading;

const itemOf = ({ shown, page, href }) => {
  const link = document.createElement("a");
  link.href = href;
  link.append(shown);
  if (page !== shown) {
    const where = document.createElement("small");
    where.append(page);
    link.append(where);
  }
  const item = document.createElement("li");
  item.append(link);
  return item;
};

const close = () => {
  found.hidden = true;
};

const show = async () => {
  const sought = field.value.trim();
  if (sought === "") return close();
  loading ??= load();
  let searchFor;
  try {
    searchFor = await loading;
  } catch {
    loading = undefined;
    said.textContent = "The search can't be loaded now.";
    list.replaceChildren();
    found.hidden = false;
    return;
  }
  if (sought !== field.value.trim()) return;
  const results = searchFor(sought);
  const shown = results.slice(0, MAX_FOUND);
  said.textContent = shown.length === 0 ? `Nothing has "${sought}".` : `${results.length} found`;
  list.replaceChildren(...shown.map(itemOf));
  found.hidden = false;
};

field.addEventListener("focus", () => {
  loading ??= load();
  loading.catch(() => {});
});
field.addEventListener("input", show);

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    field.focus();
  }
  if (!search.contains(event.target)) return;
  if (event.key === "Escape") {
    close();
    field.focus();
  }
  const links = [...list.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && event.target === field) links[0]?.click();
  if (step === undefined || links.length === 0) return;
  event.preventDefault();
  const place = links.indexOf(document.activeElement) + step;
  (links[place] ?? field).focus();
});

document.addEventListener("click", (event) => {
  if (!search.contains(event.target) || event.target.closest?.("#found a")) close();
});
