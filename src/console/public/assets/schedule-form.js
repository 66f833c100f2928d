/* What a browser adds to the form of a schedule, which works without. */

// Enter in a search input of a form starts the search instead of sending the form.
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (
    event.key === "Enter" &&
    target instanceof HTMLInputElement &&
    target.type === "search" &&
    target.form?.method === "post"
  )
    event.preventDefault();
});

// A usual time fills the cron in place.
document.addEventListener("click", (event) => {
  const preset = event.target instanceof Element ? event.target.closest("[name=preset]") : null;
  const cron = document.getElementById("cron");
  if (!preset || !cron) return;
  event.preventDefault();
  cron.value = preset.value;
  cron.dispatchEvent(new Event("input", { bubbles: true }));
});

// The zones to choose from are those that the browser knows.
const zones = document.getElementById("zones");
zones?.replaceChildren(
  ...["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => new Option(zone, zone)),
);

// A dropped report becomes the file of the input in the drop area.

const dropAt = (event) => (event.target instanceof Element ? event.target.closest("[data-drop]") : null);

document.addEventListener("dragover", (event) => {
  const place = dropAt(event);
  if (!place) return;
  event.preventDefault();
  place.classList.add("over");
});

document.addEventListener("dragleave", (event) => dropAt(event)?.classList.remove("over"));

document.addEventListener("drop", (event) => {
  const place = dropAt(event);
  if (!place || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  place.classList.remove("over");
  const input = place.querySelector('input[type="file"]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
