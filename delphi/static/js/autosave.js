/* Saves each answer of a rating form as it is given. Without it the same form is sent by its buttons.

   Cards are [data-card] sections with the id of their item ("i12"). Only the fields that changed are sent, with the
   card's hidden `was.i12`; one card sends one thing at a time, so that its answers arrive in their order. The answer is
   JSON: {saved: true, answered, of, ask_why: ["i12.c2"], was: "c1=7"} or {error: "a sentence"}. What could not be sent is
   tried again until it is; what was refused says why and stays. The sign stands at the question that was answered. */

const PAUSE = 1200; // ms after the last letter
const REST = 1500; // ms after the last arrow key: what it passes on its way is no answer
const PATIENCE = 15000; // ms for one try, for a line that is up and carries nothing
const WAITS = [2, 4, 8, 15, 30, 60]; // seconds between tries
const MOST_KEPT = 30000; // characters that a browser still sends for a page that is gone
const OFFLINE = "Not saved: no connection. Trying again.";
const BUSY = "Not saved yet. Trying again.";
const LOST = "Not saved. Please open your personal link again, then come back to this page.";

const find = (selector, root = document) => root.querySelector(selector);

function attach(form) {
  const translations = JSON.parse(form.dataset.words || "{}"); // of a page in another language
  const inWords = (sentence) => translations[sentence] ?? sentence;
  const cards = new Map();
  let isLeaving = false;
  let isByKeys = false;

  const cardOf = (field) => {
    const section = field.closest("[data-card]");
    if (section && !cards.has(section)) cards.set(section, { section, changed: new Map(), tries: 0 });
    return cards.get(section);
  };
  const sendAll = () => cards.forEach((card) => send(card));
  const leave = () => cards.forEach((card) => send(card, true));
  const valueOf = (name) => form.elements[name]?.value;
  const isTroubled = (card) => card.trouble && card.changed.size;

  /* An answer is read from the form as it stands; "unable" and its reason travel together. */
  function note(card, { name, type, value }) {
    const question = name.replace(/\.unable$/, "");
    if (question !== name) find(`[name="${question}"][value=unable]`, form).checked = true;
    const fields = new URLSearchParams([[question, type === "radio" ? valueOf(question) : value]]);
    const reason = type === "radio" && valueOf(question) === "unable" && valueOf(question + ".unable");
    if (reason) fields.set(question + ".unable", reason);
    card.changed.set(question, `${fields}`);
  }

  async function send(card, isLast = false) {
    clearTimeout(card.timer);
    card.timer = 0;
    if (!card.changed.size || (card.isSending && !isLast)) return;
    const sent = new Map(card.changed);
    const was = form.elements["was." + card.section.id];
    // What is still on its way may arrive or not: then nothing is taken to be there already
    const ours = new URLSearchParams([
      ["_csrf_token", valueOf("_csrf_token")], [was.name, card.isSending ? "" : was.value],
    ]);
    card.isSending = true;
    if (!card.tries) show(card, "at", "Saving", sent.keys());
    const reply = await post([ours, ...sent.values()].join("&"), isLast);
    card.isSending = false;
    if (reply.again) return later(card, reply.again, sent.keys());
    card.tries = 0;
    if (!reply.saved) return show(card, "no", reply.error || LOST, sent.keys());
    if (reply.was !== undefined && !isLast) was.value = reply.was;
    const done = [...sent.keys()].filter((name) => card.changed.get(name) === sent.get(name));
    for (const name of done) card.changed.delete(name);
    show(card, "", "Saved", done);
    count(reply);
    askWhy(card, reply.ask_why || []);
    if (!card.timer) send(card);
  }

  async function post(body, isLast) {
    try {
      const answer = await fetch(form.action, {
        method: "POST", body,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        keepalive: isLast && body.length < MOST_KEPT, signal: AbortSignal.timeout?.(PATIENCE),
      });
      if (answer.status >= 500 || answer.status === 429) return { again: BUSY };
      return await answer.json().catch(() => ({}));
    } catch {
      return { again: OFFLINE };
    }
  }

  function wait(card, time) {
    clearTimeout(card.timer);
    card.timer = setTimeout(send, time, card);
  }

  function later(card, sentence, names) {
    show(card, "to", sentence, names);
    wait(card, 1000 * WAITS[Math.min(card.tries++, WAITS.length - 1)]);
  }

  function show(card, kind, sentence, names) {
    for (const name of names) {
      const sign = find(".sv", find(`[name="${name}"]`, card.section).closest(".q, .f"));
      const isCleared = sentence === "Saved" && valueOf(name) === "";
      sign.className = `sv ${isCleared ? "cd" : kind}`;
      sign.textContent = inWords(isCleared ? "Cleared" : sentence);
    }
    if (kind === "at") return;
    const title = find("h2", card.section).textContent.trim();
    card.trouble = { to: inWords(sentence), no: `${title}: ${inWords(sentence)}` }[kind] || "";
    say();
  }

  /* In the bar too, for who has scrolled on. Said only when it changes: a live region repeats itself otherwise. */
  function say() {
    const bar = find("[data-say]");
    if (!bar) return;
    const troubles = [...cards.values()].map((card) => card.trouble).filter(Boolean);
    const words = troubles.at(-1) || (bar.textContent ? inWords("All is saved.") : "");
    if (bar.textContent !== words) bar.textContent = words;
    bar.dataset.say = troubles.length ? "no" : "";
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
        find(".sv", question).before(find("template[data-why]").content.cloneNode(true));
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
    if (!card || !target.name) return;
    note(card, target);
    if (!isByKeys || target.type !== "radio") return send(card);
    show(card, "at", "Saving", [target.name]);
    wait(card, REST);
  });
  form.addEventListener("input", ({ target }) => {
    const card = target.localName === "textarea" && cardOf(target);
    if (!card) return;
    note(card, target);
    wait(card, PAUSE);
  });
  form.addEventListener("keydown", (event) => {
    isByKeys = event.target.type === "radio";
    if (!isByKeys || event.key !== "Enter") return;
    event.preventDefault(); // it would send the form, and leave the place
    send(cardOf(event.target));
  });
  form.addEventListener("pointerdown", () => { isByKeys = false; });
  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    const question = target.type === "radio" && target.closest(".q");
    if (question && !question.contains(relatedTarget)) send(cardOf(target));
  });
  form.addEventListener("submit", () => { isLeaving = true; });
  addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : sendAll()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", () => { isLeaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && [...cards.values()].some(isTroubled)) event.preventDefault();
  });
  form.dataset.on = ""; // the style sheet takes the Save buttons away
}

document.querySelectorAll("form[data-autosave]").forEach(attach);
