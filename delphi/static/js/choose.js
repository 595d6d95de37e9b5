/* Ways to choose beside pressing a category: "Keep 6" sets last round's own answer again, "Clear my answer" takes the
   answer back, and a digit chooses its category. Without a script the two buttons send the form. */

const find = (selector, root) => root.querySelector(selector);
const named = (question, name, value) => find(`input[name="${name}"][value="${value}"]`, question);

/* Everyone who listens for an answer hears of this one. */
function tell(radio) {
  radio.focus({ preventScroll: true });
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function choose(radio) {
  radio.checked = true;
  tell(radio);
}

function keep(question, button) {
  const { name } = find("input", question);
  const [value, reason] = button.dataset.keep.split(":");
  if (reason) named(question, name + ".unable", reason).checked = true;
  choose(named(question, name, value));
}

function clear(question) {
  for (const radio of question.querySelectorAll("input:checked")) radio.checked = false;
  tell(find("input", question));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=keep], button[name=clear]");
  if (!button) return;
  event.preventDefault();
  (button.name === "keep" ? keep : clear)(button.closest(".q"), button);
});

document.addEventListener("keydown", ({ key, target, ctrlKey, altKey, metaKey }) => {
  if (target.type !== "radio" || !/^\d$/.test(key) || ctrlKey || altKey || metaKey) return;
  const question = target.closest(".q");
  const radio = named(question, find("input", question).name, key);
  if (radio && !radio.checked) choose(radio);
});
