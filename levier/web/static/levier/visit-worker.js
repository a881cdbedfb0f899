"use strict";
// Answers for the form of a control when there is no network: what the form asked to keep, and nothing else.
const KEPT = "levier-visites-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, forget } = event.data;
  const work = keep ? keepAll(keep) : caches.open(KEPT).then((cache) => cache.delete(forget));
  event.waitUntil(work.then(() => event.ports[0]?.postMessage("done"), () => event.ports[0]?.postMessage("failed")));
});

async function keepAll(addresses) {
  const cache = await caches.open(KEPT);
  for (const address of addresses) {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(address);
    await cache.put(address, answer);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = origin === self.location.origin && (pathname.startsWith("/static/") || pathname.endsWith("/visite/"));
  if (request.method !== "GET" || !ours) return;
  event.respondWith(
    fetch(request).catch(async () => (await caches.match(request, { ignoreVary: true })) || Response.error())
  );
});
