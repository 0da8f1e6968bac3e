// The service worker of one market's walk: the page and its files, so that it opens without a network.
// The server writes `walk` before this: the digest of its files, and their addresses. Nothing else
// is kept, and the page that is kept names nobody.
const HOME = new URL(self.registration.scope).pathname;
const KEPT = `walk ${HOME} ${walk.digest}`;
const files = new Set(walk.files);
const PATIENCE_MS = 4_000;

async function keep(shelf, answer) {
  const text = await answer.clone().text();
  if (!text.includes(`/static/${walk.digest}/`)) return; // of another release: its own worker keeps it
  await shelf.put(HOME, answer);
}

async function install() {
  const shelf = await caches.open(KEPT);
  await shelf.addAll([...files]);
  const answer = await fetch(HOME, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new Error("nobody is logged in");
  await keep(shelf, answer);
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(`walk ${HOME} `) && name !== KEPT) await caches.delete(name);
  }
  await self.clients.claim();
}

/** The page from the network, or as it was kept where that is silent; whoever may not see it, neither. */
async function page(request) {
  const shelf = await caches.open(KEPT);
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    clearTimeout(limit);
    if (answer.ok) await keep(shelf, answer.clone());
    else if (answer.status < 500) await shelf.delete(HOME); // logged out, or no longer allowed
    if (answer.status < 500) return answer;
    return (await shelf.match(HOME)) ?? answer;
  } catch {
    return (await shelf.match(HOME)) ?? Response.error();
  }
}

async function file(request) {
  const shelf = await caches.open(KEPT);
  return (await shelf.match(request.url)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === HOME) event.respondWith(page(event.request));
  else if (files.has(pathname)) event.respondWith(file(event.request));
});
