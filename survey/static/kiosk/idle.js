// The shared tablet: warn after a while without touch, then forget. Asks the clock, because a sleeping tablet
// stops its timers. A phone has no time limit, and gets nothing of this file.

const WARN = 1000 * page.dataset.warn, WIPE = 1000 * page.dataset.wipe, THANKS = 12000;
const loaded = Date.now();
let touched = loaded, leave = 0;

function alive(event) {
  touched = Date.now();
  // Whoever begins to write is given the time of a form; the second touch of a hurried finger begins nothing.
  if (offered && !(event && event.type == "pointerdown" && page.classList.contains("deaf"))) leave = 0;
  const box = by("idle");
  if (box && box.open) box.close();
}

function ended() {
  leave = Date.now() + THANKS;
}

function home() {
  leave = 0;
  resign();
  alive();
  afresh();
  if (Date.now() - loaded > 3600000) renew();
}

// A tablet's page stays open for weeks. It is loaded anew only when our server is sure to answer.
async function renew() {
  try {
    const reply = await fetch(location.href, {cache: "no-store"});
    if (reply.headers.get("SKM-Page") && await reply.text() && page.dataset.step == "start") location.reload();
  } catch (fault) {
    // Later, then.
  }
}

function watch() {
  const rest = Date.now() - touched, box = by("idle");
  if (leave && Date.now() > leave) home();
  else if (page.dataset.step != "start") {
    if (rest >= WIPE || rest < -WIPE) home();
    else if (rest >= WARN && !leave) {
      by("left").textContent = Math.ceil((WIPE - rest) / 1000);
      if (!box.open) box.showModal();
    }
  }
}

["pointerdown", "keydown", "input", "wheel"].forEach(name => addEventListener(name, alive, {passive: true}));
setInterval(watch, 250);
document.addEventListener("visibilitychange", () => document.hidden || watch());

// A page that the browser kept whole may hold the answers of a former resident.
addEventListener("pageshow", event => {
  if (event.persisted) home();
});

// The languages, and the page itself, for a time without network.
function prepare() {
  all$("[data-tongue]").forEach(button => button.dataset.tongue == first || fetchPart(button.dataset.tongue).catch(() => 0));
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  const worker = navigator.serviceWorker;
  if (worker) {
    // The worker keeps what passes through it: a tablet that was opened once can be opened again without network.
    if (!worker.controller) worker.oncontrollerchange = () => fetch(location.href, {cache: "no-store"}).then(reply => reply.text()).catch(() => 0);
    worker.register("sw.js").catch(() => 0);
  }
}
