"use strict";
// The form of a control on a phone: kept as it is typed, sent when there is a network, once.
(() => {
  const form = document.querySelector("form[data-visit]");
  if (!form || !window.indexedDB) return;
  const status = document.getElementById("visit-status");
  const list = document.getElementById("visit-photos");
  const input = form.elements.photos;
  const address = location.pathname;
  const WORDS = form.dataset;
  let draft = null;
  let sending = false;

  const say = (text, kind) => { status.textContent = text; status.dataset.kind = kind || ""; };

  const store = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("levier-visites", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("visites", { keyPath: "address" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const within = async (mode, work) => {
    const base = await store();
    return new Promise((resolve, reject) => {
      const asked = work(base.transaction("visites", mode).objectStore("visites"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  };
  const save = () => within("readwrite", (visits) => visits.put(draft));

  const typed = () => {
    const fields = {};
    for (const field of form.elements) {
      if (!field.name || field.type === "file" || field.name === "csrfmiddlewaretoken") continue;
      if (field.type === "radio" && !field.checked) continue;
      fields[field.name] = field.value;
    }
    return fields;
  };
  const fill = (fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = value;
    }
  };
  const show = () => {
    list.replaceChildren(...draft.photos.map((photo, place) => {
      const line = document.createElement("li");
      const drop = document.createElement("button");
      drop.type = "button"; drop.className = "btn btn-s btn-quiet"; drop.textContent = `Retirer la photographie ${place + 1}`;
      drop.addEventListener("click", async () => { draft.photos.splice(place, 1); await save(); show(); });
      line.append(`Photographie ${place + 1}, ${Math.ceil(photo.size / 1000)} ko `, drop);
      return line;
    }));
  };
  // Redrawn, a photograph loses its place and its camera, and weighs less.
  const lighter = async (file) => {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale); canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  };

  const send = async () => {
    if (sending || !draft.ready) return;
    sending = true;
    say(WORDS.sending);
    try {
      const page = await fetch(address, { credentials: "same-origin", cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form[data-visit] [name=csrfmiddlewaretoken]");
      if (page.redirected || !fresh) { say(WORDS.signin, "wait"); return; }
      const body = new FormData();
      for (const [name, value] of Object.entries(draft.fields)) body.append(name, value);
      body.set("made_at", draft.madeAt);
      body.set("csrfmiddlewaretoken", fresh.value);
      draft.photos.forEach((photo, place) => body.append("photos", photo, `photographie-${place + 1}.jpg`));
      const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
      const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
      if (answer.ok && told) {
        await within("readwrite", (visits) => visits.delete(address));
        navigator.serviceWorker?.controller?.postMessage({ forget: address });
        say(told.said, told.conflict ? "wait" : "ok");
        location.assign(told.address);
      } else {
        draft.ready = false; await save();
        say(told?.errors ? Object.values(told.errors).join(" ") : WORDS.refused, "bad");
      }
    } catch {
      say(WORDS.kept, "wait");
    } finally { sending = false; }
  };

  const keepPage = async () => {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(WORDS.worker);
    const ready = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map((one) => new URL(one.name)).filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/"));
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => { form.dataset.pageKept = data; if (data === "done" && !draft.ready) say(WORDS.offline, "ok"); };
    ready.active.postMessage({ keep: [address, ...new Set(parts.map((one) => one.pathname + one.search))] }, [channel.port2]);
  };

  const begin = async () => {
    const known = await within("readonly", (visits) => visits.get(address));
    draft = known || { address, fields: typed(), photos: [], ready: false, madeAt: "" };
    if (known) { fill(known.fields); say(known.ready ? WORDS.kept : WORDS.found, "wait"); }
    show();
    form.addEventListener("input", () => { draft.fields = typed(); save(); });
    input.addEventListener("change", async () => {
      for (const file of input.files) draft.photos.push(await lighter(file).catch(() => file));
      input.value = "";
      await save(); show();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.reportValidity()) return;
      draft = { ...draft, fields: typed(), ready: true, madeAt: draft.madeAt || new Date().toISOString() };
      await save();
      await send();
    });
    window.addEventListener("online", send);
    await send();
    if (navigator.onLine) keepPage().catch(() => {});
  };
  begin();
})();
