// Keeps the scanner's page and what it needs, so that it opens without network.
// SHELL, written before this file by the server, names them.

const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

async function fill() {
  const cache = await caches.open(SHELL.cache);
  await cache.addAll(SHELL.assets);
  await refresh(cache, await fetch(SHELL.page, { credentials: "same-origin", redirect: "manual" }).catch(() => null));
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("scanner-") && name !== SHELL.cache) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL.page) event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

// page comes from the server when it answers in time, else from what is kept.
async function page(request) {
  const cache = await caches.open(SHELL.cache);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.status >= 500) throw new Error("server down");
    await refresh(cache, answer);
    return answer;
  });
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), PATIENCE); });
  try {
    return await Promise.race([fresh, late]);
  } catch {
    fresh.catch(() => {});
    return (await cache.match(SHELL.page, { ignoreVary: true })) ?? fresh;
  }
}

// refresh keeps the page of whoever is signed in, and no other answer.
async function refresh(cache, answer) {
  if (answer?.status === 200 && answer.type === "basic" && !answer.redirected) await cache.put(SHELL.page, answer.clone());
}

async function asset(request) {
  const cache = await caches.open(SHELL.cache);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
