// The weight between two criteria, moved where the grid stands: the key comes in that order, and says how long each place
// is held. Every place over every weight is in the page, so nothing is asked for.

function attach(root) {
  const slider = root.querySelector("input");
  const told = root.querySelector("output");
  const list = document.getElementById(slider.dataset.list);
  const items = [...list.children].map((row, usual) => ({
    row,
    usual,
    says: row.querySelector("[data-holds]"),
    held: row.dataset.held.split(";").map((part) => part.split(" ").map(Number)),
  }));
  const [across, up] = root.dataset.weighs.split("|");

  function at(held, weight) {
    return held.findLast(([, start]) => start <= weight) ?? held[0];
  }

  function weigh() {
    const weight = Number(slider.value);
    const now = items.map((item) => ({ ...item, place: at(item.held, weight) }));
    for (const usual of document.querySelectorAll("[data-usual]")) usual.hidden = true;
    now.sort((a, b) => a.place[0] - b.place[0] || a.usual - b.usual);
    list.append(...now.map(({ row }) => row));
    for (const { says, place: [rank, start, stop] } of now) {
      says.textContent = `Place ${rank}, held from ${round(start)} to ${round(stop)}`;
    }
    const from = Math.max(...now.map(({ place }) => place[1]));
    const to = Math.min(...now.map(({ place }) => place[2]));
    told.textContent = `${across} weighs ${weight}, ${up} ${100 - weight}. This order holds from ${round(from)} to ${round(to)}.`;
    const address = new URL(location.href);
    address.searchParams.set("order", weight);
    history.replaceState(null, "", address);
  }

  slider.addEventListener("input", weigh);
  told.textContent = "Move it, and the list follows.";
  root.hidden = false;
}

function round(weight) {
  return `${Math.round(weight * 10) / 10}`;
}

document.querySelectorAll("[data-weighs]").forEach(attach);
