// Wires the page. Everything is heard at the document, because changes of language replace what is on the page.

const doing = {
  begin: () => show(1), next: next, back: back, clear: clear, home: () => home(), stay: () => alive(), staff: staff,
  rest: () => show(steps.length - 1)
};

document.addEventListener("click", event => {
  const target = event.target, button = target.closest("button"), card = target.closest("label");
  if (button && button.name == "ganti_bahasa" || button && button.dataset.tongue) {
    const to = button.value || button.dataset.tongue;
    event.preventDefault();
    if (to) speak(to);
  } else if (button && doing[button.dataset.do]) doing[button.dataset.do]();
  else if (card && target.type == "radio" && event.detail > 0) choose(target);
});

document.addEventListener("change", buttons);

document.addEventListener("submit", event => {
  event.preventDefault();
  send();
});

document.addEventListener("keydown", event => {
  const target = event.target, step = steps[here], box = by("idle");
  if (finished || event.ctrlKey || event.altKey || event.metaKey || target.type == "textarea" || box && box.open) return;
  const inputs = all$("input", step), at = +event.key;
  if (kind(here) != "remark" && at && inputs[at - 1]) choose(inputs[at - 1]);
  else if (event.key == "Enter" && target.type == "radio") {
    event.preventDefault();
    choose(target);
  }
});

// A page that the browser kept whole may hold the answers of a former resident.
addEventListener("pageshow", event => {
  if (event.persisted && kiosk) home();
});

// The page may have come with answers in it, when a form was sent without script.
function untouched() {
  const copy = by("app").cloneNode(true);
  all$("[checked]", copy).forEach(input => input.removeAttribute("checked"));
  copy.querySelector("textarea").textContent = "";
  set(copy.querySelector("#wrong"), false);
  return copy.innerHTML;
}

function start() {
  try {
    const asked = new URLSearchParams(location.search);
    mount();
    first = tongue;
    by("f").reset();
    parts[first] = untouched();
    const wrong = by("wrong").hidden ? 0 : Math.max(0, steps.findIndex(step => step.querySelector(".bad")));
    show(wrong, true);
    flush();
    if (asked.has("antrean")) {
      officer = true;
      staff();
    }
    if (kiosk) {
      all$("[data-tongue]").forEach(button => button.dataset.tongue == first || fetchPart(button.dataset.tongue).catch(() => 0));
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      if (navigator.serviceWorker) navigator.serviceWorker.register("sw.js").catch(() => 0);
    }
  } catch (fault) {
    // The form without script is better than half a page.
    page.classList.remove("js");
    throw fault;
  }
}

page.classList.add("js");
document.addEventListener("DOMContentLoaded", start);
