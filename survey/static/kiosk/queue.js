// Answers wait here until the server's receipt is in hand: 'queue' holds what is not sent, 'rejected' what was refused
// for good, 'lease' says which tab sends where the browser has no locks (plain http).

const STORES = ["queue", "rejected", "lease"];
const PATIENCE = 20000;
const FINAL = [400, 404, 409, 410, 413, 415, 422];
const OWNER = uuid();
const watchers = [];
let wait = 0, failingSince = 0, timer = 0, sending = false, more = false;

// crypto.randomUUID is missing on plain http.
function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = b[6] & 15 | 64;
  b[8] = b[8] & 63 | 128;
  return Array.from(b, n => (n + 256).toString(16).slice(1)).join("").replace(/^(.{8})(....)(....)(....)/, "$1-$2-$3-$4-");
}

// Opened anew for every step: some phones close an idle database behind the page's back.
function database() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("skm", 1);
    setTimeout(fail, 5000);
    asked.onupgradeneeded = () => STORES.forEach(name => asked.result.createObjectStore(name, {keyPath: "id"}));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = fail;
  });
}

function within(mode, work) {
  return database().then(base => new Promise((done, fail) => {
    const deal = base.transaction(STORES, mode, {durability: "strict"});
    const asked = work(name => deal.objectStore(name));
    base.onversionchange = () => base.close();
    deal.oncomplete = () => { base.close(); done(asked && asked.result); };
    deal.onabort = () => { base.close(); fail(deal.error); };
  }));
}

const all = name => within("readonly", store => store(name).getAll());
const put = (name, record) => within("readwrite", store => store(name).put(record));
const drop = (name, id) => within("readwrite", store => store(name).delete(id));

function reject(record, status, why) {
  return within("readwrite", store => {
    store("queue").delete(record.id);
    store("rejected").put(Object.assign({}, record, {status: status, why: why}));
  });
}

function failed(record) {
  return within("readwrite", store => {
    store("queue").get(record.id).onsuccess = event => {
      const kept = event.target.result;
      if (kept) {
        kept.tries++;
        store("queue").put(kept);
      }
    };
  });
}

// Only a receipt that names this very id counts: the login page of a public network also answers 200.
async function post(record) {
  const stop = new AbortController(), clock = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const reply = await fetch(record.url, {
      method: "POST", body: record.body, signal: stop.signal, redirect: "error", cache: "no-store", credentials: "omit",
      headers: {Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    });
    const said = await reply.json();
    if ((reply.status == 200 || reply.status == 201) && said.id == (record.of || record.id)) return {sent: true};
    if (FINAL.includes(reply.status)) {
      const why = said.error || Object.keys(said.errors || {}).map(key => said.errors[key]).join(" ");
      if (why) return {status: reply.status, why: why};
    }
    return {after: +reply.headers.get("Retry-After") || 0};
  } catch (fault) {
    return {after: 0};
  } finally {
    clearTimeout(clock);
  }
}

// True while this tab may send; an abandoned lease runs out after a little more than one attempt.
function lease(until) {
  let mine = false;
  return within("readwrite", store => {
    store("lease").get("sender").onsuccess = event => {
      const held = event.target.result, now = Date.now();
      mine = !held || held.owner == OWNER || held.until < now || held.until > now + 2 * PATIENCE;
      if (mine) store("lease").put({id: "sender", owner: OWNER, until: until});
    };
  }).then(() => mine);
}

async function alone(work) {
  if (navigator.locks) return navigator.locks.request("skm", {ifAvailable: true}, lock => lock && work(async () => true));
  const hold = () => lease(Date.now() + PATIENCE + 5000);
  if (await hold()) {
    try {
      await work(hold);
    } finally {
      await lease(0);
    }
  }
}

// Those that failed least often go first, so that one bad record does not hold up the others. What was added to a
// response waits until that has arrived.
async function sendAll(mayGoOn) {
  const tried = {};
  for (;;) {
    const queue = await all("queue"), next = queue.filter(r => !tried[r.id] && !has(queue, r.of)).sort((a, b) => a.tries - b.tries || a.at - b.at)[0];
    if (!next || !await mayGoOn()) return;
    tried[next.id] = true;
    const got = await post(next);
    if (got.sent) await drop("queue", next.id);
    else if (got.status) await reject(next, got.status, got.why);
    else {
      await failed(next);
      failingSince = failingSince || Date.now();
      // At most 45 s in the first hour of an outage: answers should arrive within a minute after it ends.
      wait = Math.min(Date.now() - failingSince < 3600000 ? 45 : 300, Math.max(1, wait * 2, got.after));
      return;
    }
    wait = failingSince = 0;
    tell();
  }
}

async function flush() {
  clearTimeout(timer);
  if (sending) {
    more = true;
    return;
  }
  sending = true;
  let left = [];
  try {
    do {
      more = false;
      await alone(sendAll);
    } while (more);
    left = await all("queue");
  } catch (fault) {
    // Without a database there is no queue.
  }
  sending = false;
  if (left.length) timer = setTimeout(flush, 1000 * Math.max(1, wait * (0.5 + Math.random() / 2)));
  tell();
}

function flushNow() {
  wait = 0;
  flush();
}

async function tell() {
  try {
    const queue = await all("queue"), rejected = await all("rejected");
    watchers.slice().forEach(watch => watch(queue, rejected));
  } catch (fault) {
    // Nothing to tell.
  }
}

const has = (list, id) => list.some(record => record.id == id);

addEventListener("online", flushNow);
document.addEventListener("visibilitychange", () => document.hidden || flushNow());
