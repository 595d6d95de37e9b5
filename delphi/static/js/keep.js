/* "Keep 6": sets last round's own answer again. Without a script the same button sends the form. */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  event.preventDefault();
  const { name } = button.closest("fieldset").querySelector("input");
  const [value, reason] = button.dataset.keep.split(":");
  const choose = (field, choice) => {
    const radio = document.querySelector(`input[name="${field}"][value="${choice}"]`);
    radio.checked = true;
    return radio;
  };
  if (reason) choose(name + ".unable", reason);
  const radio = choose(name, value);
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});
