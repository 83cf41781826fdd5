// Asks before a page is left whose form was changed and not sent.
(() => {
  "use strict";
  const told = (form) => new URLSearchParams(new FormData(form)).toString();
  const forms = [...document.querySelectorAll("main form[method=post]")].filter(
    (form) => form.querySelector("textarea, select, input:not([type=hidden])") && !form.querySelector("[type=password]"),
  );
  // what the server gave back unsaved differs from what is kept, whoever typed it when
  const unsaved = "unsaved" in document.currentScript.dataset;
  const before = new Map(forms.map((form) => [form, unsaved ? "" : told(form)]));
  const sent = new Set();
  for (const form of forms) form.addEventListener("submit", () => sent.add(form));
  addEventListener("pageshow", () => sent.clear()); // back again, with what was written
  addEventListener("beforeunload", (event) => {
    if (forms.some((form) => !sent.has(form) && told(form) !== before.get(form))) event.preventDefault();
  });
})();
