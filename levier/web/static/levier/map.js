/* A click on a commune asks for its facilitator; without this script each territory is still a link. */
(() => {
  for (const box of document.querySelectorAll("[data-map-address]")) {
    box.addEventListener("click", event => {
      const commune = event.target.closest("[data-code]");
      if (!commune) return;
      event.preventDefault();
      location.href = `${box.dataset.mapAddress}?commune=${commune.dataset.code}#reponse`;
    });
  }
})();
