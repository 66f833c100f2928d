/* The last runs of a row as marks, which its server writes in short. */

/** The look of each mark, and its word. */
const LOOKS = {
  "+": ["completed", "Completed"],
  "!": ["failed", "Failed"],
  ">": ["running", "Running"],
  "?": ["not_run", "Overdue"],
  "~": ["cancelled", "Cancelled"],
  "=": ["planned", "Planned"],
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
    const links = [...row.dataset.marks.matchAll(/([^\w.-])(-?\w+)\.(-?\w+)/g)].map(([, sign, id, after]) => {
      const [look, word] = LOOKS[sign];
      job += Number.parseInt(id, 36);
      minutes += Number.parseInt(after, 36);
      const link = document.createElement("a");
      link.className = `dot ${look}`;
      link.href = `${project}/jobs/${job}`;
      link.title = `${word}, ${timeText(minutes * 60_000)}`;
      link.textContent = link.title;
      return link;
    });
    // Tab reaches the newest; the arrows go on from there.
    for (const link of links.slice(0, -1)) link.tabIndex = -1;
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
