// A grid and its key: what is pointed at in one stands out in both, and a mark that is pressed leads to its line.

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
    if (number) document.getElementById(`item-${number}`)?.scrollIntoView({ block: "center" });
  });
}
