"use strict";
// Makes the table of a class sortable by its headers and adds a box that filters its rows.
// Without it the page is whole: a table in the order of the submissions.
(() => {
  const table = document.getElementById("class");
  const filter = document.getElementById("filter");
  const count = document.getElementById("shown");
  if (!table || !filter || !count) return;
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const key = (row, column) => {
    const cell = row.cells[column];
    return "sort" in cell.dataset ? cell.dataset.sort : cell.textContent.trim();
  };

  // What has no value comes last, whichever the direction.
  const sort = (column, isDescending) => {
    const isNumeric = heads[column].classList.contains("number");
    const keys = new Map(rows.map((row) => [row, key(row, column)]));
    rows.sort((left, right) => {
      const a = keys.get(left);
      const b = keys.get(right);
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = isNumeric ? Number(a) - Number(b) : collator.compare(a, b);
      return isDescending ? -order : order;
    });
    const sorted = document.createDocumentFragment();
    sorted.append(...rows);
    body.append(sorted);
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", isDescending ? "descending" : "ascending");
  };

  heads.forEach((head, column) => {
    if (head.classList.contains("links")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent.trim();
    button.addEventListener("click", () => {
      sort(column, head.getAttribute("aria-sort") === "ascending");
    });
    head.replaceChildren(button);
  });

  const narrow = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = texts.get(row);
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };

  filter.addEventListener("input", narrow);
  filter.closest("[hidden]").hidden = false;
  narrow();

  for (const cell of document.querySelectorAll("[data-find]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain small";
    button.textContent = "show who";
    button.setAttribute("aria-label", `show who: ${cell.dataset.find}`);
    button.addEventListener("click", () => {
      filter.value = cell.dataset.find;
      narrow();
      filter.focus();
    });
    cell.append(button);
  }
})();
