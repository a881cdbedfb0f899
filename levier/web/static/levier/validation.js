/* Hours to accept: the evidence follows the line, and refusing opens a dialog. J, K, A and R themselves are in levier.js, where
   the person may switch them off. Without this file each name and each "Refuser" is a link to a page that does the same. */
(() => {
  const place = document.querySelector("[data-panel-place]");
  const rows = [...document.querySelectorAll("tr[data-line]")];
  if (!place || !rows.length) return;

  // The panel of the marked line, fetched once the person stops on it; the last line asked for wins.
  let waiting = 0;
  let asked = "";
  const show = (row) => {
    const address = `/heures/${row.dataset.id}/cote/`;
    if (!address || address === asked) return;
    asked = address;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      try {
        const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
        if (answer.ok && !answer.redirected && asked === address) place.innerHTML = await answer.text();
        else if (answer.redirected) location.reload();
      } catch { /* offline: the panel stays on the line before, its name says which */ }
    }, 120);
  };
  const on = document.querySelector("tr[data-line].is-on");
  asked = on ? `/heures/${on.dataset.id}/cote/` : "";
  const watch = new MutationObserver((changes) => changes.forEach(({ target }) => { if (target.classList.contains("is-on")) show(target); }));
  rows.forEach((row) => watch.observe(row, { attributes: true, attributeFilter: ["class"] }));

  // A click anywhere on a line marks it; on its name, without leaving the page.
  const mark = (row) => rows.forEach((one) => one.classList.toggle("is-on", one === row));
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-line]");
    if (!row) return;
    const link = event.target.closest("a.row-link");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault();
    mark(row);
  });
  rows.forEach((row) => row.addEventListener("focusin", () => mark(row)));

  // Refusing: the dialog takes the address and the name of the line.
  const dialog = document.getElementById("refus");
  const form = dialog?.querySelector("[data-refuse-form]");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-refuse]");
    if (!link || !form || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    form.action = link.getAttribute("href");
    form.querySelector("[data-refuse-who]").textContent = link.closest("[data-line]").dataset.name;
    dialog.showModal();
  });
})();
