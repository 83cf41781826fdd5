// Sending: first into the device, then over the network, and thanks only for what is safe in one of the two.
// The last answer sends by itself. What may be added afterwards travels alone, behind the response that it names.

const FIRST_TRY = 3000;
let draft = null, mine = "", tried = 0;

function complain(text) {
  const box = by("wrong");
  box.querySelector("p").textContent = text;
  box.querySelector("ul").textContent = "";
  set(box, true);
  box.focus();
}

const envelope = (id, of, url, fields) => ({id: id, of: of, at: Date.now(), url: url, body: fields.toString(), tries: 0, title: document.title});

// The id is made when the resident sends, and again when other answers are sent: never one id for two responses.
function write() {
  const fields = told();
  const language = fields.get("bahasa");
  ["id", "bahasa", "saran"].concat(all$("select").map(select => select.name)).forEach(name => fields.delete(name));
  const said = fields.toString();
  if (!draft || draft.said != said) draft = {said: said, id: uuid(), at: Date.now()};
  fields.set("id", draft.id);
  fields.set("bahasa", language);
  if (opened) fields.set("detik", Math.max(0, Math.round((draft.at - opened) / 1000)));
  return envelope(draft.id, "", by("f").action, fields);
}

function added() {
  const fields = told(), url = new URL(by("f").action);
  url.pathname += "/tambahan";
  fields.set("id", mine);
  return envelope(mine + "+", mine, url.href, fields);
}

async function send() {
  if (busy) return;
  if (offered ? !all$("select, textarea").some(field => field.value.trim()) : !all$(".q input:checked").length) {
    const none = offered ? words.nothing_added : words.nothing;
    if (!offered) show(steps.findIndex(step => step.dataset.kind == "question"), true);
    complain(none);
    return;
  }
  busy = true;
  deaf(true);
  set(by("wrong"), false);
  buttons();
  const record = offered ? added() : write();
  let got = {};
  try {
    await put("queue", record);
  } catch (fault) {
    got = await post(record);
    if (!got.sent) got.why = got.why || words.not_sent;
  }
  busy = false;
  buttons();
  deaf();
  if (got.why) complain(got.why);
  else {
    thank(record, got.sent);
    flushNow();
  }
}

// The answers leave the page before the thanks are read.
function thank(record, sent) {
  offered = !record.of;
  anew(parts[tongue] || parts[first]);
  here = steps.length - 1;
  finished = true;
  mine = record.of || record.id;
  tried = Date.now() + FIRST_TRY;
  setTimeout(tell, FIRST_TRY + 50);
  thanks();
  if (!offered) by("word").textContent = words.more_thanks;
  report(sent ? "sent" : "sending");
  scrollTo(0, 0);
  tell();
  if (kiosk) ended();
}

// Thanks, and below them what may be added, as long as it may.
function thanks() {
  steps.forEach(step => step.classList.toggle("on", offered && step == steps[here]));
  page.dataset.step = "thanks";
  page.classList.remove("asked");
  page.classList.toggle("offered", offered);
  set(by("thanks"), true);
  buttons();
  set(act("clear"), false);
  focusOn(by("thanks"));
}

function done() {
  offered = false;
  thanks();
}

function report(state, why) {
  by("state").textContent = words[state] + (why ? ". " + why : "");
  by("state").className = "state " + state;
  set(by("later"), state == "stored" && !kiosk);
}

// Another tab may have sent it: the database knows.
watchers.push((queue, rejected) => {
  const own = record => record.id == mine || record.of == mine, waiting = queue.find(own), no = rejected.find(own);
  if (finished && mine) {
    if (no) report("rejected", no.why);
    else report(!waiting ? "sent" : waiting.tries || Date.now() > tried ? "stored" : "sending");
  }
  const n = queue.length, m = rejected.length;
  by("count").textContent = [n ? fill(words.waiting, {n: n}) : "", m ? fill(words.refused, {n: m}) : ""].filter(Boolean).join(" · ");
  set(by("count"), n + m);
});
