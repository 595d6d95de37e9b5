// A grid and its key: what is pointed at in one stands out in both, and a mark that is pressed leads to its line. By keyboard
// the key is one stop, and the arrows go from item to item.

for (const sheet of document.querySelectorAll("[data-grid]")) {
  const ends = new Map();
  for (const end of sheet.querySelectorAll("[data-item]")) {
    const number = end.dataset.item;
    ends.set(number, [...(ends.get(number) ?? []), end]);
  }
  const find = (event) => event.target.closest("[data-item]")?.dataset.item;
  const point = (number) => {
    sheet.classList.toggle("is-pointed", number !== undefined);
    for (const [item, both] of ends) {
      for (const end of both) end.classList.toggle("is-meant", item === number);
    }
  };
  sheet.addEventListener("pointerover", (event) => point(find(event)));
  sheet.addEventListener("pointerleave", () => point(undefined));
  sheet.addEventListener("click", (event) => {
    const number = event.target.closest("svg [data-item]")?.dataset.item;
    if (!number) return;
    for (const row of sheet.querySelectorAll(".is-found")) row.classList.remove("is-found");
    const row = document.getElementById(`item-${number}`);
    row?.classList.add("is-found");
    row?.scrollIntoView({ block: "center" });
  });

  const list = sheet.querySelector("ol");
  if (!list?.firstElementChild) continue;
  list.firstElementChild.tabIndex = 0;
  list.addEventListener("focusin", (event) => point(find(event)));
  list.addEventListener("focusout", () => point(undefined));
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest("li");
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!next) return;
    event.preventDefault();
    row.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
