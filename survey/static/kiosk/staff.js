// What waits on this device: how many, and since when. The line under the page that counts them opens it for anybody,
// to see and to send. More is the officer's (officer.js), who opens it by ?antrean: residents at a locked tablet cannot
// type an address.

let officer = null, tools = null;

// What was refused because of the server's state may be welcome now; other answers under one id never are.
async function retry() {
  for (const record of (await all("rejected")).filter(r => [400, 404, 410].includes(r.status)))
    await within("readwrite", store => {
      store("rejected").delete(record.id);
      store("queue").put(Object.assign({}, record, {tries: 0}));
    });
  flushNow();
}

async function staff() {
  const box = by("staff");
  const queue = await all("queue"), rejected = await all("rejected");
  box.textContent = "";
  const add = (tag, text, parent, action) => {
    const node = (parent || box).appendChild(document.createElement(tag));
    node.textContent = text;
    if (tag == "button") {
      node.className = "b";
      node.type = "button";
      node.onclick = action;
    }
    return node;
  };
  const heading = add("h2", words.staff);
  heading.tabIndex = -1;
  add("p", [fill(words.waiting, {n: queue.length}), fill(words.refused, {n: rejected.length})].join(" · "));
  const list = add("ul", "");
  const row = name => record => {
    const line = add("li", "", list);
    add("span", new Date(record.at).toLocaleString(page.lang) + " · " + record.id.slice(0, 8) + (record.why ? " · " + record.why : ""), line);
    if (officer) officer.row(add, line, name, record);
  };
  queue.forEach(row("queue"));
  rejected.forEach(row("rejected"));
  const bottom = add("div", "");
  bottom.className = "nav";
  add("button", words.staff_send, bottom, () => { retry(); setTimeout(() => page.dataset.step == "staff" && staff(), 2000); });
  if (officer) add("button", words.staff_export, bottom, () => officer.save({queue, rejected}));
  add("button", words.staff_close, bottom, close);
  steps.forEach(step => step.classList.remove("on"));
  if (kiosk) leave = 0;
  page.classList.remove("offered");
  set(by("thanks"), false);
  set(box, true);
  page.dataset.step = "staff";
  focusOn(box);
}

function close() {
  resign();
  if (kiosk) home();
  else if (finished) {
    set(by("staff"), false);
    thanks();
  } else show(here);
}

function resign() {
  const address = new URL(location);
  officer = null;
  address.searchParams.delete("antrean");
  if (address.href != location.href) history.replaceState(history.state, "", address);
}
