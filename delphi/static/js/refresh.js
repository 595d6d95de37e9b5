/* Keeps what is marked fresh while the page is looked at: <div data-refresh id="…">. Without a script there is a link. */

const EVERY = 5000;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of document.querySelectorAll("[data-refresh]")) {
    const found = fresh.getElementById(place.id);
    if (!found) location.reload();
    else if (found.innerHTML !== place.innerHTML) place.replaceChildren(...found.childNodes);
  }
}

setInterval(refresh, EVERY);
