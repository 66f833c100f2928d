/* What a browser adds to lists, which work without. */

// What is cut is told in full under the pointer.
document.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest(".dense :is(th, td)");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
});

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  // The box at the head picks all rows.
  if ("pickAll" in target.dataset)
    for (const box of document.querySelectorAll("[name=pick]")) box.checked = target.checked;
  // A picked row is not under the bar that shows up.
  else if (target.name === "pick") target.scrollIntoView({ block: "nearest" });
});
