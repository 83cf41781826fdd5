// One question per screen. The form stays one form: only the step that carries the class 'on' is seen.

const page = document.documentElement;
const kiosk = "kiosk" in page.dataset;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const parts = {};
const PAUSE = 350;
let steps, here = 0, words, first, tongue, turning = 0, opened = 0, finished = false;

const by = id => document.getElementById(id);
const all$ = (query, within) => Array.from((within || document).querySelectorAll(query));
const set = (node, shown) => { if (node) node.hidden = !shown; };
const act = name => document.querySelector("[data-do=" + name + "]");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name]);
const kind = n => steps[n].dataset.kind;
const chosen = n => steps[n].querySelector("input:checked");
const say = text => by("say").textContent = text;

// Called for the page as it came and after every change of its words.
function mount() {
  const main = document.querySelector("main");
  page.lang = main.dataset.lang;
  document.title = main.dataset.title;
  words = JSON.parse(by("told").textContent);
  steps = all$(".s");
  tongue = by("f").elements.bahasa.value;
}

function show(n, quiet) {
  clearTimeout(turning);
  here = n;
  finished = false;
  steps.forEach((step, i) => step.classList.toggle("on", i == n));
  page.dataset.step = kind(n);
  page.classList.remove("over");
  set(by("thanks"), false);
  set(by("staff"), false);
  set(document.querySelector(".intro"), kind(n) == "question" && !all$(".q").indexOf(steps[n]));
  progress();
  buttons();
  set(act("clear"), chosen(n));
  if (kind(n) != "start" && !opened) opened = Date.now();
  if (!quiet) {
    set(by("wrong"), false);
    scrollTo(0, 0);
    focusOn(steps[n]);
  }
}

function focusOn(box) {
  box.querySelector("[tabindex='-1']").focus({preventScroll: true});
}

function progress() {
  const like = steps.filter(step => step.dataset.kind == kind(here)), at = {n: like.indexOf(steps[here]) + 1, total: like.length};
  by("where").textContent = kind(here) == "start" ? "" : fill(words[kind(here)], at);
  by("bar").style.width = (kind(here) == "question" ? 100 * at.n / at.total : 100) + "%";
}

function buttons() {
  const what = kind(here), answered = chosen(here), before = here && kind(here - 1) != "start";
  set(act("back"), before);
  set(act("rest"), what == "profile" && !answered);
  set(act("next"), what != "remark");
  set(by("send"), what == "remark");
  act("next").textContent = answered ? words.next : words.skip;
}

function next() {
  if (here < steps.length - 1) {
    guard();
    show(here + 1);
  }
}

function back() {
  if (here && kind(here - 1) != "start") show(here - 1);
}

// A touch chooses and goes on; arrow keys only choose, so that a keyboard can look at every answer first.
function choose(input) {
  if (!input.checked) {
    input.checked = true;
  }
  buttons();
  clearTimeout(turning);
  turning = setTimeout(next, calm.matches ? 150 : PAUSE);
}

function clear() {
  chosen(here).checked = false;
  show(here);
}

// On a phone the system's back gesture means the question before, not the loss of all answers. The entry is empty.
function guard() {
  if (!kiosk && !history.state) history.pushState({skm: 1}, "");
}

addEventListener("popstate", () => {
  if (kiosk || finished || !here) return;
  back();
  if (here) guard();
});

const told = () => new URLSearchParams(new FormData(by("f")));

async function speak(to) {
  try {
    show$(parts[to] || await fetchPart(to));
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
  kept.forEach((value, name) => {
    if (name == "saran") by("saran").value = value;
    all$("input[type=radio]").forEach(input => {
      if (input.name == name && input.value == value) input.checked = true;
    });
  });
  show(here);
  tell();
}

// A form that nobody has touched: not emptied but made anew, so that no undo, autofill or script brings answers back.
function afresh() {
  clearTimeout(turning);
  by("f").reset();
  by("app").innerHTML = parts[first];
  mount();
  opened = 0;
  draft = null;
  show(0);
  tell();
}
