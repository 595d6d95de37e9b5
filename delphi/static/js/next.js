/* "Next blank item": from where one is to the first after it, and round again. Without a script it leads to the first. */

const link = document.querySelector("[data-next]");
const cards = [...document.querySelectorAll("[data-card]")];
const TOP = 24; // a card that has just been gone to stands here, under the scroll padding

const blankIn = (card) =>
  [...card.querySelectorAll(".q")].find((question) => !question.querySelector(".s :checked"));

function go(event) {
  const blank = cards.filter(blankIn);
  const card = blank.find((one) => one.getBoundingClientRect().top > TOP) || blank[0];
  if (!card) return;
  event.preventDefault();
  card.scrollIntoView();
  blankIn(card).querySelector("input").focus({ preventScroll: true });
}

if (link) {
  link.addEventListener("click", go);
  document.addEventListener("change", () => { link.hidden = !cards.some(blankIn); });
}
