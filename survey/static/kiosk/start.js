// Wires the page. Everything is heard at the document, because changes of language replace what is on the page.

const doing = {
  begin: () => show(1), next: next, back: back, clear: clear, home: () => home(), done: done, stay: () => alive(), staff: staff
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

document.addEventListener("input", event => event.target.id == "cari" && sift());

document.addEventListener("submit", event => {
  event.preventDefault();
  send();
});

document.addEventListener("keydown", event => {
  const target = event.target, box = by("idle"), enter = event.key == "Enter";
  if (target.type == "textarea" || event.ctrlKey || event.altKey || event.metaKey || box && box.open) return;
  if (target.id == "cari") {
    if (enter) {
      const found = sift();
      event.preventDefault();
      if (found.length == 1) choose(found[0].control);
    }
    return;
  }
  // A key that is held down speaks for one question only.
  if (event.repeat && (enter || +event.key || event.key == " ")) {
    event.preventDefault();
    return;
  }
  if (finished) return;
  const inputs = all$("label:not([hidden]) input", steps[here]), at = +event.key;
  if (at && inputs[at - 1]) choose(inputs[at - 1]);
  else if (enter && target.type == "radio") {
    event.preventDefault();
    choose(target);
  }
});

// The page may have come with answers in it, when a form was sent without script.
function untouched() {
  const copy = by("app").cloneNode(true);
  all$("[checked], [selected]", copy).forEach(field => ["checked", "selected"].forEach(name => field.removeAttribute(name)));
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
    const wrong = by("wrong").hidden ? 0 : Math.max(0, Math.min(last(), steps.findIndex(step => step.querySelector(".bad"))));
    show(wrong, true);
    flush();
    if (asked.has("antrean")) {
      officer = tools;
      staff();
    }
    if (kiosk) prepare();
  } catch (fault) {
    // The form without script is better than half a page.
    page.classList.remove("js");
    throw fault;
  }
}

page.classList.add("js");
document.addEventListener("DOMContentLoaded", start);
