/* Keeps what is marked fresh while the page is looked at: <div data-refresh id="…">. Its value is after how many seconds, 5
   if it has none. What somebody is in with the keyboard is left alone till they have gone on. Without a script there is a
   link. */

const EVERY = 1000 * (document.querySelector("[data-refresh]")?.dataset.refresh || 5);

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of document.querySelectorAll("[data-refresh]")) {
    const found = fresh.getElementById(place.id);
    if (!found) location.reload();
    else if (found.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) place.replaceChildren(...found.childNodes);
  }
}

setInterval(refresh, EVERY);
