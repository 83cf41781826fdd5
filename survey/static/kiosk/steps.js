// One question per screen. The form stays one form: only the step that carries the class 'on' is seen.

const page = document.documentElement;
const kiosk = "kiosk" in page.dataset;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const parts = {};
const PAUSE = 350, DEAF = 300;
let steps, here = 0, words, first, tongue, turning = 0, hearing = 0, opened = 0, spoken = 0, finished = false, offered = false, busy = false;

const by = id => document.getElementById(id);
const all$ = (query, within) => Array.from((within || document).querySelectorAll(query));
const set = (node, shown) => { if (node) node.hidden = !shown; };
const act = name => document.querySelector("[data-do=" + name + "]");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name]);
const kind = n => steps[n].dataset.kind;
const chosen = n => steps[n].querySelector("input:checked");
const say = text => by("say").textContent = text;
// What may be added stands behind the last question.
const last = () => steps.length - 2;

// Called for the page as it came and after every change of its words.
function mount() {
  const main = document.querySelector("main");
  page.lang = main.dataset.lang;
  document.title = main.dataset.title;
  words = JSON.parse(by("told").textContent);
  steps = all$(".s");
  tongue = by("f").elements.bahasa.value;
  set(by("cari"), true);
  // 'kompetensi/kemampuan' may go on in the next line behind its stroke.
  all$("legend").forEach(legend => legend.innerHTML = legend.innerHTML.replace(/(\w{5}\/)(?=\w{5})/g, "$1<wbr>"));
}

function show(n, quiet) {
  clearTimeout(turning);
  here = n;
  finished = offered = false;
  steps.forEach((step, i) => step.classList.toggle("on", i == n));
  page.dataset.step = kind(n);
  page.classList.toggle("asked", kind(n) == "question" && (kiosk || all$(".q").indexOf(steps[n]) > 0));
  page.classList.remove("offered");
  set(by("thanks"), false);
  set(by("staff"), false);
  progress();
  buttons();
  set(act("clear"), kind(n) == "question" && chosen(n));
  if (kind(n) != "start" && !opened) opened = Date.now();
  if (!quiet) {
    deaf();
    set(by("wrong"), false);
    scrollTo(0, 0);
    focusOn(steps[n]);
  }
}

// The second touch of a hurried finger was meant for the screen before.
function deaf(stay) {
  page.classList.add("deaf");
  clearTimeout(hearing);
  if (!stay) hearing = setTimeout(() => page.classList.remove("deaf"), DEAF);
}

function focusOn(box) {
  box.querySelector("[tabindex='-1']").focus({preventScroll: true});
}

// The bar shows what is done: full only when the last answer is given.
function progress() {
  const like = all$(".q"), at = {n: like.indexOf(steps[here]) + 1, total: like.length};
  by("where").textContent = at.n ? fill(words.question, at) : "";
  by("bar").style.width = 100 * Math.max(0, at.n - 1) / at.total + "%";
}

function buttons() {
  const what = kind(here), answered = chosen(here), asks = what == "question";
  set(act("back"), asks && kind(here - 1 < 0 ? 0 : here - 1) != "start" && here);
  set(act("next"), asks ? here != last() : what == "service" && answered);
  set(by("send"), asks ? here == last() : offered);
  set(act(kiosk ? "home" : "done"), kiosk ? finished : offered);
  act("next").textContent = answered ? words.next : words.skip;
  by("send").textContent = busy ? words.sending : offered ? words.more_send : answered ? words.send : words.skip_send;
}

function next() {
  if (here < last()) {
    if (!kiosk) guard();
    show(here + 1);
  }
}

function back() {
  if (here && kind(here - 1) != "start") show(here - 1);
}

// A touch chooses and goes on; arrow keys only choose, so that a keyboard can look at every answer first.
function choose(input) {
  if (busy) return;
  input.checked = true;
  buttons();
  clearTimeout(turning);
  if (here == last()) send();
  else turning = setTimeout(next, calm.matches ? 150 : PAUSE);
}

function clear() {
  chosen(here).checked = false;
  show(here);
}

// Long lists of services: those that have every word that was typed, and the way out.
function sift() {
  const typed = by("cari").value.toLowerCase().split(/\s+/), found = all$(".v label").filter(label => {
    const hit = typed.every(word => label.textContent.toLowerCase().includes(word)), other = !label.querySelector("input").value;
    set(label, hit || other);
    return hit && !other;
  });
  by("none").textContent = found.length ? "" : words.service_none;
  return found;
}

const told = () => new URLSearchParams(new FormData(by("f")));

// Words that come late, after others were asked for or the form was sent, are for nobody.
async function speak(to) {
  const turn = ++spoken;
  try {
    const html = parts[to] || await fetchPart(to);
    if (turn == spoken) show$(html);
  } catch (fault) {
    say(words.language_failed);
  }
}

async function fetchPart(to) {
  const form = by("f").action, reply = await fetch(form + (form.includes("?") ? "&" : "?") + "bagian=isi&lang=" + to, {credentials: "omit"});
  const text = await reply.text();
  if (!reply.ok || !text.includes('id="told"')) throw reply;
  return parts[to] = text;
}

// Puts other words on the page and the answers back in their places.
function show$(html) {
  const kept = told();
  by("app").innerHTML = html;
  mount();
  kept.forEach((value, name) => all$("input[type=radio]").forEach(input => {
    if (input.name == name && input.value == value) input.checked = true;
  }));
  show(here);
  tell();
}

// A form that nobody has touched: not emptied but made anew, so that no undo, autofill or script brings answers back.
function anew(html) {
  clearTimeout(turning);
  spoken++;
  by("f").reset();
  by("app").innerHTML = html;
  mount();
  opened = 0;
  draft = null;
}

function afresh() {
  anew(parts[first]);
  mine = "";
  show(0);
  tell();
}
