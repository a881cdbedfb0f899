/* A long reading goes on by itself and says so; without this script a button does the same. */
(() => {
  for (const form of document.querySelectorAll("form[data-go]")) form.requestSubmit();
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", () => {
      const said = form.querySelector(".busy");
      if (!said) return;
      said.hidden = false;
      said.textContent = form.dataset.busy;
    });
  }
})();
