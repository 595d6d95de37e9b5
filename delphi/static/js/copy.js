/* A button beside an address that copies it. Without a script, or where the browser does not allow it, there is none. */

for (const place of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  const told = document.createElement("span");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary";
  button.textContent = "Copy";
  told.setAttribute("role", "status");
  told.className = "d-small";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.querySelector("input").value);
    told.textContent = "Copied";
  });
  place.append(button, told);
}
