// What this browser keeps between two pages: the basket, and the séances the
// server has not answered yet. Codes are money, so they are sealed with a key
// that no script can read out of the browser.
import { openDB } from "./idb.js";

const NAME = "passnum-scanner";
const MARKER = "passnum-file"; // what pages that do not open the vault may know

// openVault opens it; it throws where the browser keeps nothing.
export async function openVault() {
  const db = await openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("facts");
      db.createObjectStore("baskets");
      db.createObjectStore("claims", { keyPath: "key" });
    },
    blocking: () => db.close(), // another tab empties it on sign-out
  });
  return new Vault(db, await sealingKey(db));
}

async function sealingKey(db) {
  const kept = await db.get("facts", "sealing");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const tx = db.transaction("facts", "readwrite"); // two tabs may be first at once
  const first = (await tx.store.get("sealing")) ?? made;
  await tx.store.put(first, "sealing");
  await tx.done;
  return first;
}

class Vault {
  constructor(db, key) {
    this.db = db;
    this.key = key;
  }

  async seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, new TextEncoder().encode(JSON.stringify(value)));
    return { iv, data };
  }

  async unseal({ iv, data }) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, data);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  // fact keeps a small thing that is no secret; make gives its first value.
  async fact(name, make = () => undefined) {
    const kept = await this.db.get("facts", name);
    if (kept !== undefined) return kept;
    const made = make();
    if (made !== undefined) await this.db.put("facts", made, name);
    return made;
  }

  setFact(name, value) { return this.db.put("facts", value, name); }

  // device names this browser, once.
  device() { return this.fact("device", () => crypto.randomUUID()); }

  async basket(owner) {
    const sealed = await this.db.get("baskets", owner);
    return sealed ? this.unseal(sealed).catch(() => null) : null;
  }

  // keepBasket writes in the order it is asked: sealing takes its time.
  keepBasket(owner, basket) {
    const write = async () => {
      if (basket) await this.db.put("baskets", await this.seal(basket), owner);
      else await this.db.delete("baskets", owner);
    };
    this.writing = (this.writing ?? Promise.resolve()).then(write, write);
    return this.writing;
  }

  claims() { return this.db.getAll("claims"); }

  claim(key) { return this.db.get("claims", key); }

  async putClaim(claim) {
    await this.db.put("claims", claim);
    await this.mark();
  }

  async removeClaim(key) {
    await this.db.delete("claims", key);
    await this.mark();
  }

  // mark tells every page how many séances would be lost with this browser's data.
  async mark() {
    const held = (await this.claims()).filter((c) => c.state !== "answered" && !c.exported).length;
    localStorage.setItem(MARKER, String(held));
  }
}

// held is how many séances are neither sent nor exported; null when this
// browser never scanned.
export function held() {
  const text = localStorage.getItem(MARKER);
  return text === null ? null : Number(text);
}

// opened says that this browser keeps something to wipe.
export function opened() {
  if (held() === null) localStorage.setItem(MARKER, "0");
}

const PATIENCE = 4000; // a database another tab holds must not keep anyone signed in

// wipe leaves nothing of the scanner in this browser.
export async function wipe() {
  localStorage.removeItem(MARKER);
  const deleted = new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  const workers = navigator.serviceWorker?.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister())));
  const caches = globalThis.caches?.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("scanner-")).map((name) => globalThis.caches.delete(name))));
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  await Promise.race([Promise.allSettled([deleted, workers, caches]), late]);
}
