/* Shows what belongs to a choice while it is chosen: <input data-reveal="id"> and the element with that id.
   Without a script it is shown always. */

const inputs = document.querySelectorAll("[data-reveal]");

function reveal() {
  for (const input of inputs) document.getElementById(input.dataset.reveal).hidden = !input.checked;
}

addEventListener("change", reveal);
addEventListener("pageshow", reveal);
reveal();
