// A bonus on https and localhost: the tablet's page opens again while the network is away. Never keeps what is posted,
// never touches the queue, which lives in the page's database.
const CACHE = "skm-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
  if (event.request.method === "GET") event.respondWith(networkFirst(event.request));
});

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const reply = await fetch(request);
    // Only our own page: the login page of a public network would answer, too.
    if (reply.ok && !reply.redirected && reply.headers.get("SKM-Page")) await cache.put(request, reply.clone());
    if (reply.status === 404 || reply.status === 410) await cache.delete(request);
    return reply;
  } catch (fault) {
    const kept = await cache.match(request, {ignoreVary: true});
    if (kept) return kept;
    throw fault;
  }
}
