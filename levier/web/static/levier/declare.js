/* A declaration is saved as it is typed. Without network, or when the computer was closed, what was typed stays on this device and is
   put back, then saved; nobody's name is kept there, only hours by line. Without this file the buttons do the same, page by page. */
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const said = form.querySelector("[data-kept]");
  const place = `levier:${location.pathname}`;
  const fields = () => [...form.querySelectorAll("input[name^='h-'], input[name^='w-']")];
  const say = (text) => { if (said) said.textContent = text; };
  const store = (value) => { try { value ? localStorage.setItem(place, JSON.stringify(value)) : localStorage.removeItem(place); } catch { /* private mode */ } };
  const stored = () => { try { return JSON.parse(localStorage.getItem(place)); } catch { return null; } };
  const WEEK = 7 * 24 * 3600 * 1000;

  // What was typed here and never reached the server comes back, where the field still shows what it showed then.
  const kept = stored();
  if (kept && Date.now() - kept.at < WEEK) {
    const back = fields().filter((field) => {
      const was = kept.typed[field.name];
      if (!was || was.now === field.value || was.then !== field.defaultValue) return false;
      field.value = was.now;
      return true;
    });
    if (back.length) {
      form.dispatchEvent(new Event("input", { bubbles: true }));
      say(`${back.length > 1 ? `${back.length} valeurs tapées` : "Une valeur tapée"} sur cet appareil et pas encore enregistrée${back.length > 1 ? "s" : ""} : la revoici.`);
    } else store(null);
  } else store(null);

  const changed = () => fields().filter((field) => field.value !== field.defaultValue);
  let waiting = 0, sending = false;
  const save = async () => {
    clearTimeout(waiting);
    if (sending || form.dataset.sent || !changed().length) return;
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "save");
    const sent = new Map(fields().map((field) => [field, field.value]));
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const version = page.querySelector("form[data-keep] input[name='version']");
      if (!version) { say("Votre session est fermée : connectez-vous dans une autre fenêtre, puis enregistrez. Ce que vous tapez est gardé sur cet appareil."); return; }
      const other = answer.status === 422 && page.querySelector("[data-conflict]");
      if (other) { say("Ce relevé a changé dans une autre fenêtre : enregistrez pour comparer. Rien n’est écrasé."); return; }
      form.elements.version.value = version.value;
      sent.forEach((value, field) => { field.defaultValue = value; });
      if (!changed().length) store(null);
      const now = new Date();
      say(`Enregistré à ${now.getHours()} h ${String(now.getMinutes()).padStart(2, "0")}.`);
    } catch {
      say("Pas de réseau : ce que vous tapez est gardé sur cet appareil, et sera enregistré à son retour.");
    } finally { sending = false; }
  };
  form.addEventListener("input", () => {
    const typed = Object.fromEntries(changed().map((field) => [field.name, { now: field.value, then: field.defaultValue }]));
    store({ at: Date.now(), typed });
    clearTimeout(waiting);
    waiting = setTimeout(save, 1500);
  });
  addEventListener("online", save);
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    say("Pas de réseau : rien n’est parti. Ce que vous avez tapé est gardé sur cet appareil ; recommencez dès qu’il revient.");
  }, true);
  if (changed().length) waiting = setTimeout(save, 1500);
})();
