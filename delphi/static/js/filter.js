/* Finds, filters and orders the rows of a table where it stands; see templates/macros/results.html. */

function attach(root) {
  const tools = root.querySelector("[data-tools]");
  if (!tools) return;
  const [words, kind, order] = ["[data-words]", "[data-kind]", "[data-sort]"].map((part) => tools.querySelector(part));
  const counters = root.querySelectorAll("[data-count], [data-shown]");
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
    const all = `${rows.length} item${rows.length === 1 ? "" : "s"}`;
    for (const counter of counters) counter.textContent = shown === rows.length ? all : `${shown} of ${all}`;
  }

  /* What was chosen stands in the address, as it does without a script: it can be kept, sent and come back to. */
  function keep() {
    const address = new URL(location.href);
    for (const choice of [kind, order]) {
      if (!choice) continue;
      if (choice.selectedIndex) address.searchParams.set(choice.name, choice.value);
      else address.searchParams.delete(choice.name);
    }
    history.replaceState(null, "", address);
  }

  function sort() {
    const [column, direction] = order.value.split(" ");
    const sign = direction === "down" ? -1 : 1;
    body.append(...[...rows].sort((a, b) => sign * compare(a.sorts[column], b.sorts[column], sign)).map(({ row }) => row));
  }

  words.addEventListener("input", show);
  kind?.addEventListener("change", () => { show(); keep(); });
  order?.addEventListener("change", () => { sort(); keep(); });
  tools.hidden = false;
  show();
}

/* Numbers as numbers, the rest as words; what is missing comes last in either direction. */
function compare(a, b, sign) {
  if (a === "" || b === "") return sign * ((a === "") - (b === ""));
  return a - b || (isNaN(a - b) ? a.localeCompare(b) : 0);
}

document.querySelectorAll("[data-filter]").forEach(attach);
