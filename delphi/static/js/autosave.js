/* Saves each answer of a rating form as it is given. Without it the same form is sent by its buttons.

   Cards are [data-card] sections with the id of their item ("i12"). Only the fields that changed are sent, with the
   card's hidden `was.i12`; one card sends one thing at a time, so that its answers arrive in their order. The answer is
   JSON: {saved: true, answered, of, ask_why: ["i12.c2"], was: "c1=7"} or {error: "a sentence"}. What could not be sent is
   tried again until it is; what was refused says why and stays. */

const PAUSE = 1200; // ms after the last letter
const PATIENCE = 15000; // ms for one try, for a line that is up and carries nothing
const WAITS = [2, 4, 8, 15, 30, 60]; // seconds between tries
const OFFLINE = "Not saved: no connection. Trying again.";
const BUSY = "Not saved yet. Trying again.";
const WHY = "Choose a reason, then it is saved.";
const LOST = "Not saved. Please open your personal link again, then come back to this page.";

const find = (selector, root = document) => root.querySelector(selector);

function attach(form) {
  const cards = new Map();
  let isLeaving = false;

  const cardOf = (field) => {
    const section = field.closest("[data-card]");
    if (section && !cards.has(section)) cards.set(section, { section, changed: new Map(), tries: 0 });
    return cards.get(section);
  };
  const each = (act) => cards.forEach(act);
  const valueOf = (name) => form.elements[name]?.value;

  function note(card, { name, type, value }) {
    // "Unable" and its reason travel together, whichever was pressed; without a reason there is nothing to send yet
    const question = name.replace(/\.unable$/, "");
    const isUnable = type === "radio" && (question !== name || value === "unable");
    const reason = isUnable ? valueOf(question + ".unable") : "";
    card.changed.delete(question + ".unable");
    if (isUnable && !reason) {
      card.changed.delete(question);
      return show(card, "at", WHY);
    }
    card.changed.set(question, isUnable ? "unable" : value);
    if (reason) card.changed.set(question + ".unable", reason);
  }

  async function send(card) {
    clearTimeout(card.timer);
    if (card.isSending || !card.changed.size) return;
    const sent = new Map(card.changed);
    const was = form.elements["was." + card.section.id];
    card.isSending = true;
    if (!card.tries) show(card, "at", "Saving");
    const reply = await post(new URLSearchParams([
      ["_csrf_token", valueOf("_csrf_token")], [was.name, was.value], ...sent,
    ]));
    card.isSending = false;
    if (reply.again) return later(card, reply.again);
    card.tries = 0;
    if (!reply.saved) return show(card, "no", reply.error || LOST);
    if (reply.was !== undefined) was.value = reply.was;
    sent.forEach((value, name) => card.changed.get(name) === value && card.changed.delete(name));
    show(card, "", "Saved");
    count(reply);
    askWhy(card, reply.ask_why || []);
    send(card);
  }

  async function post(body) {
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" },
        keepalive: document.hidden, signal: AbortSignal.timeout?.(PATIENCE),
      });
      if (answer.status >= 500 || answer.status === 429) return { again: BUSY };
      return await answer.json().catch(() => ({}));
    } catch {
      return { again: OFFLINE };
    }
  }

  function later(card, sentence) {
    show(card, "to", sentence);
    card.timer = setTimeout(send, 1000 * WAITS[Math.min(card.tries++, WAITS.length - 1)], card);
  }

  function show(card, kind, sentence) {
    const sign = find(".sv", card.section);
    sign.className = "sv " + kind;
    sign.textContent = sentence;
    card.trouble = kind === "to" || kind === "no" ? sentence : "";
    const troubles = [...cards.values()].map((other) => other.trouble).filter(Boolean);
    const say = find("[data-say]");
    // Said only when it changes: a live region repeats itself otherwise
    const words = troubles.at(-1) || (say?.textContent ? "All is saved." : "");
    if (say && kind !== "at" && say.textContent !== words) say.textContent = words;
    if (say) say.dataset.say = troubles.length ? "no" : "";
  }

  function count({ answered }) {
    const bar = find("[data-progress]");
    if (!bar || answered === undefined) return;
    find("[data-answered]", bar).textContent = answered;
    find("progress", bar).value = answered;
  }

  function askWhy(card, asked) {
    for (const question of card.section.querySelectorAll(".q")) {
      let prompt = find(".y", question);
      const { name } = find("input", question);
      const isAsked = asked.includes(name);
      if (isAsked && !prompt) {
        question.append(find("template[data-why]").content.cloneNode(true));
        prompt = find(".y", question);
        for (const part of prompt.children)
          for (const place of ["for", "id", "name"])
            if (part.hasAttribute(place)) part.setAttribute(place, name + ".why");
      }
      if (prompt) prompt.hidden = !isAsked && !find("textarea", prompt).value;
    }
  }

  form.addEventListener("change", ({ target }) => {
    const card = cardOf(target);
    if (card && target.name) { note(card, target); send(card); }
  });
  form.addEventListener("input", ({ target }) => {
    const card = target.localName === "textarea" && cardOf(target);
    if (!card) return;
    note(card, target);
    clearTimeout(card.timer);
    card.timer = setTimeout(send, PAUSE, card);
  });
  form.addEventListener("submit", () => { isLeaving = true; });
  addEventListener("online", () => each(send));
  document.addEventListener("visibilitychange", () => each(send));
  addEventListener("pageshow", () => { isLeaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && [...cards.values()].some((card) => card.changed.size)) event.preventDefault();
  });
  form.dataset.on = ""; // the style sheet takes the Save buttons away
}

document.querySelectorAll("form[data-autosave]").forEach(attach);
