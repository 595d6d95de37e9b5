/* Says how far a file is that is being sent: <form data-progress="address"> with an element [data-told] in it, which has a
   bar and a line for words. The form is sent as ever; till the next page comes, the address is asked: {done, of}, or {} where
   another process is at it, and then the bar says only that work goes on. Without a script the page simply waits. */

const EVERY = 300; // ms
const TENTHS = 10; // a screen reader is told no more often

function attach(form) {
  const place = form.querySelector("[data-told]");
  const bar = place.querySelector("progress");
  const line = place.querySelector("p");
  const button = form.querySelector("button");
  let timer = 0;

  function say(words) {
    if (line.textContent !== words) line.textContent = words;
  }

  async function ask() {
    const answer = await fetch(form.dataset.progress).catch(() => null);
    const { done, of } = (await answer?.json().catch(() => null)) || {};
    if (!timer || !of) return;
    bar.max = of;
    bar.value = done;
    say(done < of ? `${Math.floor((done / of) * TENTHS) * (100 / TENTHS)} % done` : "Nearly done");
  }

  function start() {
    place.hidden = false;
    button.disabled = true;
    bar.removeAttribute("value");
    say(place.dataset.told);
    timer ||= setInterval(ask, EVERY);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    place.hidden = true;
    button.disabled = false;
  }

  form.addEventListener("submit", start);
  addEventListener("pageshow", stop); // also when somebody comes back to the page
}

document.querySelectorAll("form[data-progress]").forEach(attach);
