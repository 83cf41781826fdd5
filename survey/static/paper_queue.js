// Looks now and then how far the papers are, as long as one of them is not ready.
(() => {
  "use strict";
  let wait = 1500;
  const look = async () => {
    try {
      const reply = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (reply.ok && !reply.redirected) {
        const page = new DOMParser().parseFromString(await reply.text(), "text/html");
        const fresh = page.getElementById("antrean");
        const shown = document.getElementById("antrean");
        if (fresh && shown.innerHTML !== fresh.innerHTML && !shown.contains(document.activeElement)) {
          shown.replaceWith(document.adoptNode(fresh));
        }
        if (fresh && fresh.dataset.open === "0") return;
      }
    } catch {
      // no network: the next look finds out
    }
    wait = Math.min(wait * 1.3, 10000);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
})();
