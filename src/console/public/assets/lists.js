/* What a browser adds to lists, which work without. */

const LOOKS = { c: "completed", f: "failed", r: "running", n: "not_run", x: "cancelled", p: "planned" };
const WORDS = { c: "Completed", f: "Failed", r: "Running", n: "Not run", x: "Cancelled", p: "Planned" };
const TIMES = new Intl.DateTimeFormat("en-US", {
  hourCycle: "h23",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

const timeText = (at) => {
  const parts = Object.fromEntries(TIMES.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.day} ${parts.month} ${parts.hour}:${parts.minute}`;
};

/** A row's last runs, which its server writes in short, as links: `f1k2j.t3x9a` failed. */
const showMarks = () => {
  for (const row of document.querySelectorAll("[data-marks]:not(:has(a))")) {
    const links = row.dataset.marks.split(" ").map((mark) => {
      const [id, minutes] = mark.slice(1).split(".");
      const link = document.createElement("a");
      link.className = `dot ${LOOKS[mark[0]]}`;
      link.href = `/console/projects/${row.dataset.project}/jobs/${Number.parseInt(id, 36)}`;
      link.title = `${WORDS[mark[0]]}, ${timeText(Number.parseInt(minutes, 36) * 60_000)}`;
      link.textContent = link.title;
      return link;
    });
    // Tab reaches the newest; the arrows go on from there.
    for (const link of links.slice(0, -1)) link.tabIndex = -1;
    row.removeAttribute("role");
    row.removeAttribute("aria-label");
    row.replaceChildren(...links);
  }
};

document.addEventListener("keydown", ({ key, target }) => {
  if (!(target instanceof Element) || !target.matches("[data-marks] > a")) return;
  if (key === "ArrowLeft") target.previousElementSibling?.focus();
  if (key === "ArrowRight") target.nextElementSibling?.focus();
});

showMarks();
document.addEventListener("htmx:after:swap", showMarks);

document.addEventListener("change", ({ target }) => {
  // A chosen filter is applied at once.
  if (target instanceof HTMLSelectElement) {
    if (target.form?.matches("form.filters[method=get]")) target.form.requestSubmit();
    return;
  }
  if (!(target instanceof HTMLInputElement)) return;
  // The box at the head picks all rows.
  if ("pickAll" in target.dataset)
    for (const box of document.querySelectorAll("[name=pick]")) box.checked = target.checked;
  // A picked row is not under the bar that shows up.
  else if (target.name === "pick") target.scrollIntoView({ block: "nearest" });
});
