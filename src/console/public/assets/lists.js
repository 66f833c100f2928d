/* What a browser adds to lists, which work without. */

document.addEventListener("change", ({ target }) => {
  // A chosen filter is applied at once.
  if (target instanceof HTMLSelectElement) {
    if (target.form?.matches("form.filters[method=get]")) target.form.requestSubmit();
    return;
  }
  // The box at the head picks all rows.
  if (target instanceof HTMLInputElement && "pickAll" in target.dataset)
    for (const box of document.querySelectorAll("[name=pick]")) box.checked = target.checked;
});
