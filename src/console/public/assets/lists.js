/* What a browser adds to lists, which work without. */

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
