/* What a browser adds to lists, which work without. */

const LOOKS = {
  "+": "Completed",
  "!": "Failed",
  ">": "Running",
  "?": "Not run",
  "~": "Cancelled",
  "=": "Planned",
};
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

/** A row's last runs, which its server writes in short, as links. Each is told as the difference to the one before. */
const showMarks = () => {
  for (const row of document.querySelectorAll("[data-marks]:not(:has(a))")) {
    const project = row
      .closest("tr")
      .querySelector("th a")
      .href.replace(/\/schedules\/.*/, "");
    let [job, minutes] = [0, 0];
    const links = [...row.dataset.marks.matchAll(/([^\w.-])(-?\w+)\.(-?\w+)/g)].map(([, look, id, after]) => {
      job += Number.parseInt(id, 36);
      minutes += Number.parseInt(after, 36);
      const link = document.createElement("a");
      link.className = `dot ${LOOKS[look].toLowerCase().replace(" ", "_")}`;
      link.href = `${project}/jobs/${job}`;
      link.title = `${LOOKS[look]}, ${timeText(minutes * 60_000)}`;
      link.textContent = link.title;
      return link;
    });
    // Tab reaches the newest; the arrows go on from there.
    for (const link of links.slice(0, -1)) link.tabIndex = -1;
    row.replaceChildren(...links);
  }
};

// What is cut is told in full under the pointer.
document.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest(".dense :is(th, td)");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
});

document.addEventListener("keydown", ({ key, target }) => {
  if (!(target instanceof Element) || !target.matches("[data-marks] > a")) return;
  if (key === "ArrowLeft") target.previousElementSibling?.focus();
  if (key === "ArrowRight") target.nextElementSibling?.focus();
});

showMarks();
document.addEventListener("htmx:after:swap", showMarks);

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  // The box at the head picks all rows.
  if ("pickAll" in target.dataset)
    for (const box of document.querySelectorAll("[name=pick]")) box.checked = target.checked;
  // A picked row is not under the bar that shows up.
  else if (target.name === "pick") target.scrollIntoView({ block: "nearest" });
});
