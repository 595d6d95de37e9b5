/* A button that prints the page; without a script it is not there, and browsers have their own. */

for (const place of document.querySelectorAll("[data-print]")) {
  place.querySelector("button").addEventListener("click", () => window.print());
  place.hidden = false;
}
