/* Levier: small enhancements. Every page works without this file; nothing here decides anything.
   Runs under script-src 'self': no inline handler, no eval, no dependency. */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = document.documentElement;
  page.classList.add("js");

  // Theme: the server reads the cookie and writes data-theme; here it only changes without a page load.
  const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  $$("[data-theme-toggle]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    page.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `theme=${page.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  }));

  // Menu of places on narrow screens.
  $$("[data-menu]").forEach((button) => button.addEventListener("click", () => {
    const open = $("#" + button.getAttribute("aria-controls")).toggleAttribute("data-open");
    button.setAttribute("aria-expanded", open);
  }));

  // Account menu (<details>): Escape and a click outside close it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
  });
  document.addEventListener("click", (event) => $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));

  // Dialogs. Without script their content has its own page: the opener is a link to it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) { event.preventDefault(); dialog.showModal(); return; }
    event.target.closest("[data-close]")?.closest("dialog")?.close();
  });

  // Density of a table, remembered.
  const dense = (box, on) => { box.classList.toggle("dense", on); $$("[data-density]", box).forEach((b) => b.setAttribute("aria-pressed", String((b.dataset.density === "dense") === on))); };
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  $$("[data-density]").forEach((button) => {
    const box = button.closest(".tablebox");
    if (remembered("density")) dense(box, remembered("density") === "dense");
    button.addEventListener("click", () => {
      dense(box, button.dataset.density === "dense");
      try { localStorage.setItem("density", button.dataset.density); } catch { /* private mode */ }
    });
  });

  // Lines to tick, with their sum. The hours of a row are in data-row, with a decimal point.
  const sum = (box) => {
    const ticked = $$("[data-row] input[type=checkbox]:checked", box);
    const cents = ticked.reduce((total, tick) => total + Math.round(Number(tick.closest("[data-row]").dataset.row) * 100), 0);
    $$("[data-sum]", box).forEach((out) => {
      out.textContent = ticked.length ? `${ticked.length} ligne${ticked.length > 1 ? "s" : ""}, ${(cents / 100).toLocaleString("fr-FR", { minimumFractionDigits: cents % 100 ? 2 : 0 })}\u00a0h` : "Aucune ligne cochée";
    });
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-sums]");
    if (!box) return;
    if (event.target.matches("[data-all]")) $$("[data-row] input[type=checkbox]:not(:disabled)", box).forEach((tick) => { tick.checked = event.target.checked; });
    sum(box);
  });
  $$("[data-sums]").forEach(sum);

  // Keyboard on a list of lines: J and K move, A and R press the buttons of the line marked data-do="a" and "r".
  // Single letters only where the person keeps them on (data-keys on <html>).
  const lines = () => $$("[data-line]");
  const current = () => lines().findIndex((line) => line.classList.contains("is-on"));
  const mark = (index) => {
    const all = lines();
    if (!all.length) return;
    const at = Math.max(0, Math.min(all.length - 1, index));
    all.forEach((line, i) => line.classList.toggle("is-on", i === at));
    all[at].scrollIntoView({ block: "nearest" });
    (all[at].matches("[tabindex]") ? all[at] : $("a, button, input", all[at]))?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && $(".find input")) { event.preventDefault(); $(".find input").focus(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || page.dataset.keys !== "on") return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open], [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const arrow = event.target.closest("[data-line]") && { arrowdown: "j", arrowup: "k" }[key];
    if (arrow) { event.preventDefault(); mark(current() + (arrow === "j" ? 1 : -1)); }
    else if (key === "x" && current() >= 0) { $("input[type=checkbox]", lines()[current()])?.click(); }
    else if (key === "j" || key === "k") { event.preventDefault(); mark(current() + (key === "j" ? 1 : -1)); }
    else if ((key === "a" || key === "r" || key === "p") && current() >= 0) { const press = $(`[data-do="${key}"]`, lines()[current()]); if (press) { event.preventDefault(); press.click(); } }
  });

  // A form is sent once; a form with a change says so before leaving.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog" || event.target.method === "get" || event.defaultPrevented) return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, 10000, event.target);  // a download leaves the page where it is
  });
  const release = (form) => { delete form.dataset.sent; $$("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy")); };
  addEventListener("pageshow", () => $$("form[data-sent]").forEach(release));

  // Hours typed in a declaration: the total and the limit, said while typing. The server says it again.
  const number = (text) => Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) || 0;
  const tally = (form) => {
    let cents = 0, wrong = 0;
    $$("[data-max]", form).forEach((input) => {
      const value = number(input.value), over = value > Number(input.dataset.max);
      cents += Math.round(value * 100); wrong += over;
      const message = document.getElementById(input.id + "-max");
      if (message) { message.hidden = !over; input.setAttribute("aria-invalid", String(over)); }
    });
    $$("[data-total]", form).forEach((out) => { out.textContent = (cents / 100).toLocaleString("fr-FR", { minimumFractionDigits: 2 }); });
    $$("[data-bad]", form).forEach((box) => { box.hidden = !wrong; });
  };
  $$("form[data-tally]").forEach((form) => { form.addEventListener("input", () => tally(form)); tally(form); });

  // One click fills the sign-in form with a demonstration account.
  $$("[data-fill]").forEach((button) => button.addEventListener("click", () => {
    Object.entries(JSON.parse(button.dataset.fill)).forEach(([name, value]) => { const field = document.getElementById(name); if (field) field.value = value; });
    $("[data-fill-focus]")?.focus();
  }));

  // Filters that change the address as soon as they are chosen.
  $$("form[data-auto]").forEach((form) => form.addEventListener("change", () => form.requestSubmit()));

  // Printing, copying.
  $$("[data-print]").forEach((button) => button.addEventListener("click", () => print()));
  $$("[data-copy]").forEach((button) => button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    toast(button.dataset.copied || "Adresse copiée.");
  }));
  const toast = (text) => {
    let box = $(".toasts");
    if (!box) { box = document.createElement("div"); box.className = "toasts"; box.setAttribute("role", "status"); document.body.append(box); }
    const one = document.createElement("div");
    one.className = "toast"; one.textContent = text;
    box.replaceChildren(one); setTimeout(() => one.remove(), 6000);
  };

  // Files dragged onto a drop box.
  $$(".drop").forEach((box) => {
    const over = (on) => box.toggleAttribute("data-over", on);
    box.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    box.addEventListener("dragleave", () => over(false));
    box.addEventListener("drop", (event) => {
      event.preventDefault(); over(false);
      const input = $("input[type=file]", box);
      if (input && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
  });
})();
