/* Finds, filters and orders the rows of a table where it stands; see templates/macros/results.html. */

function attach(root) {
  const tools = root.querySelector("[data-tools]");
  if (!tools) return;
  const [words, kind, order] = ["[data-words]", "[data-kind]", "[data-sort]"].map((part) => tools.querySelector(part));
  const counter = tools.querySelector("[data-count]");
  const body = root.querySelector("tbody");
  const rows = [...body.rows].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    kinds: row.dataset.kinds.split(" "),
    sorts: row.dataset.sorts.split("|"),
  }));

  function show() {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, text, kinds } of rows) {
      row.hidden = !text.includes(wanted) || !!kind?.value && !kinds.includes(kind.value);
      shown += !row.hidden;
    }
    counter.textContent = shown === rows.length ? `${rows.length} items` : `${shown} of ${rows.length} items`;
  }

  function sort() {
    const [column, direction] = order.value.split(" ");
    const sign = direction === "down" ? -1 : 1;
    body.append(...[...rows].sort((a, b) => sign * compare(a.sorts[column], b.sorts[column], sign)).map(({ row }) => row));
  }

  words.addEventListener("input", show);
  kind?.addEventListener("change", show);
  order?.addEventListener("change", sort);
  tools.hidden = false;
  show();
}

/* Numbers as numbers, the rest as words; what is missing comes last in either direction. */
function compare(a, b, sign) {
  if (a === "" || b === "") return sign * ((a === "") - (b === ""));
  return a - b || (isNaN(a - b) ? a.localeCompare(b) : 0);
}

document.querySelectorAll("[data-filter]").forEach(attach);
