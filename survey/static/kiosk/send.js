// Sending: first into the device, then over the network, and thanks only for what is safe in one of the two.

let draft = null, busy = false, mine = "";

function complain(text) {
  const box = by("wrong");
  box.querySelector("p").textContent = text;
  box.querySelector("ul").textContent = "";
  set(box, true);
  box.focus();
}

// The id is made when the resident sends, and again when other answers are sent: never one id for two responses.
function write() {
  const fields = told();
  const language = fields.get("bahasa");
  fields.delete("id");
  fields.delete("bahasa");
  const said = fields.toString();
  if (!draft || draft.said != said) {
    draft = {said: said, id: uuid(), at: Date.now()};
    fields.set("id", draft.id);
    fields.set("bahasa", language);
    if (opened) fields.set("detik", Math.max(0, Math.round((draft.at - opened) / 1000)));
    draft.body = fields.toString();
  }
  return {id: draft.id, at: draft.at, url: by("f").action, body: draft.body, tries: 0, title: document.title};
}

function settled(id) {
  return new Promise(done => {
    const ready = state => {
      if (watchers.includes(watch)) watchers.splice(watchers.indexOf(watch), 1);
      done(state);
    };
    const watch = (queue, rejected) => {
      const kept = queue.find(record => record.id == id);
      if (!kept || kept.tries) ready(fate(id, queue, rejected));
    };
    watchers.push(watch);
    setTimeout(ready, 3000, "stored");
  });
}

async function send() {
  if (busy) return;
  if (!all$(".q input:checked").length) {
    show(steps.findIndex(step => step.dataset.kind == "question"), true);
    complain(words.nothing);
    return;
  }
  busy = true;
  set(by("wrong"), false);
  by("send").textContent = words.sending;
  const record = write();
  let result;
  try {
    await put("queue", record);
    const end = settled(record.id);
    flushNow();
    result = {state: await end};
  } catch (fault) {
    const got = await post(record);
    result = got.sent ? {state: "sent"} : {why: got.why || words.not_sent};
  }
  busy = false;
  by("send").textContent = words.send;
  if (result.state == "rejected") {
    draft = null;
    result.why = words.rejected + ". " + ((await all("rejected")).find(r => r.id == record.id) || {}).why;
  }
  if (result.why) complain(result.why);
  else thank(record.id, result.state);
}

// The answers leave the page before the thanks are read.
function thank(id, state) {
  const was = here;
  by("app").innerHTML = parts[tongue] || parts[first];
  mount();
  here = was;
  draft = null;
  finished = true;
  opened = 0;
  mine = id;
  steps.forEach(step => step.classList.remove("on"));
  page.classList.add("over");
  page.dataset.step = "thanks";
  set(by("thanks"), true);
  report(state);
  scrollTo(0, 0);
  focusOn(by("thanks"));
  tell();
  ended();
}

function report(state) {
  by("state").textContent = words[state];
  by("state").className = "state " + state;
  set(by("later"), state == "stored" && !kiosk);
}

// Another tab may have sent it: the database knows.
watchers.push((queue, rejected) => {
  if (finished && mine) report(fate(mine, queue, rejected));
  const n = queue.length, m = rejected.length;
  by("count").textContent = [n ? fill(words.waiting, {n: n}) : "", m ? fill(words.refused, {n: m}) : ""].filter(Boolean).join(" · ");
  set(by("count"), n + m);
});
