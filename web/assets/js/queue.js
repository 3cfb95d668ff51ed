// The séances this browser owes to the server: each is kept until it has an
// answer, and sent as often as it takes under one key, so that the server
// answers it once.
import { openVault, opened } from "./vault.js";
import { post } from "./server.js";

const BATCH = 50;
const PATIENCE = 20_000;
const EVERY = 60_000;
// A séance being sent by the scanner itself is left to it for that long.
const OWN_TIME = 30_000;
const CLOCK_OFF = 5 * 60_000;

// openQueue opens the queue of an organisation; url is where it is sent.
export async function openQueue(owner, url) {
  const vault = await openVault();
  opened();
  return new Queue(vault, owner, url);
}

class Queue extends EventTarget {
  constructor(vault, owner, url) {
    super();
    this.vault = vault;
    this.owner = owner;
    this.url = url;
    this.state = "idle"; // what the last attempt met
    this.channel = new BroadcastChannel("passnum-file");
    this.channel.addEventListener("message", () => this.dispatchEvent(new Event("change")));
  }

  changed() {
    this.channel.postMessage("change");
    this.dispatchEvent(new Event("change"));
  }

  // hold keeps a séance before it is sent; sending leaves it to its page for now.
  async hold(claim, organisation, sending = false) {
    await this.vault.putClaim({
      key: claim.key, owner: this.owner, organisation, at: claim.scanned_at, count: claim.codes.length,
      state: "waiting", since: sending ? Date.now() : 0, sealed: await this.vault.seal(claim),
    });
    this.changed();
  }

  // release lets the queue send a séance whose page had no answer.
  async release(key) {
    const claim = await this.vault.claim(key);
    if (!claim) return;
    await this.vault.putClaim({ ...claim, since: 0 });
    this.changed();
  }

  async drop(key) {
    await this.vault.removeClaim(key);
    this.changed();
  }

  // left is what no waiting séance has taken over of a basket that was kept: a page
  // may be closed after it confirmed and before it emptied its basket.
  async left(items) {
    const taken = new Set();
    for (const { sealed } of (await this.read()).waiting) (await this.vault.unseal(sealed)).codes.forEach((code) => taken.add(code));
    return items.filter(({ code }) => !taken.has(code));
  }

  // read gives what is kept, oldest first, told by what became of it.
  async read() {
    const all = (await this.vault.claims()).sort((a, b) => a.at.localeCompare(b.at));
    const mine = all.filter((c) => c.owner === this.owner);
    return {
      waiting: mine.filter((c) => c.state === "waiting"),
      answered: mine.filter((c) => c.state === "answered"),
      strangers: all.filter((c) => c.owner !== this.owner && c.state === "waiting"),
      clock: await this.clock(),
    };
  }

  // clock is by how many milliseconds this device is wrong, once that matters.
  async clock() {
    const offset = (await this.vault.fact("clock")) ?? 0;
    return Math.abs(offset) > CLOCK_OFF ? offset : 0;
  }

  // compare notes the server's time, heard now.
  async compare(serverAt) {
    const offset = Date.now() - Date.parse(serverAt);
    if (!Number.isFinite(offset)) return;
    const before = await this.clock();
    await this.vault.setFact("clock", offset);
    if (before !== 0 || Math.abs(offset) > CLOCK_OFF) this.changed();
  }

  // send gives the server everything that waits, one tab at a time.
  async send() {
    const once = async (lock) => { if (lock) await this.sendAll(); };
    if (navigator.locks) await navigator.locks.request("passnum-file", { ifAvailable: true }, once);
    else if (!this.busy) { this.busy = true; await once(true).finally(() => { this.busy = false; }); }
  }

  async sendAll() {
    const tried = new Set();
    for (;;) {
      const due = (await this.read()).waiting.filter((c) => !tried.has(c.key) && Date.now() - c.since > OWN_TIME);
      if (due.length === 0) return;
      this.tell("sending");
      const batch = due.slice(0, BATCH);
      batch.forEach((c) => tried.add(c.key));
      const state = await this.sendBatch(batch);
      this.tell(state);
      if (state !== "idle") return;
    }
  }

  // sendBatch keeps one séance that cannot be understood from holding the others.
  async sendBatch(batch) {
    const claims = [];
    for (const claim of batch) claims.push(await this.vault.unseal(claim.sealed));
    const answer = await post(this.url, { device: await this.vault.device(), sent_at: new Date().toISOString(), claims }, PATIENCE);
    if (answer.state === "ok") {
      await this.compare(answer.data.server_at);
      await this.settle(answer.data.answers);
      return "idle";
    }
    if (answer.state !== "refused") return answer.state;
    if (answer.status === 403) return "forbidden";
    if (batch.length > 1) {
      for (const claim of batch) {
        const state = await this.sendBatch([claim]);
        if (state !== "idle") return state;
      }
      return "idle";
    }
    await this.vault.putClaim({ ...batch[0], error: answer.data.detail ?? "Le serveur n’a pas compris cette séance." });
    return "idle";
  }

  // settle writes the answers down, and forgets the codes.
  async settle(answers) {
    for (const answer of answers) {
      const claim = await this.vault.claim(answer.key);
      if (claim) await this.vault.putClaim({ ...claim, state: "answered", sealed: null, error: "", answer });
    }
    this.changed();
  }

  tell(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  // export is everything that waits, in clear: it is worth what the chèques are.
  async export(organisation) {
    const { waiting } = await this.read();
    const claims = [];
    for (const claim of waiting) claims.push(await this.vault.unseal(claim.sealed));
    return { format: "passnum-file-1", owner: this.owner, organisation, exported_at: new Date().toISOString(), claims };
  }

  async exported() {
    for (const claim of (await this.read()).waiting) await this.vault.putClaim({ ...claim, exported: true });
    this.changed();
  }

  // import takes the séances of an exported file; it answers how many are new,
  // or throws a sentence.
  async import(text) {
    let file;
    try { file = JSON.parse(text); } catch { throw new Error("Ce fichier n’est pas une file exportée par Passnum."); }
    if (file?.format !== "passnum-file-1" || !Array.isArray(file.claims)) throw new Error("Ce fichier n’est pas une file exportée par Passnum.");
    if (file.owner !== this.owner) throw new Error(`Ce fichier vient d’une autre structure\u00a0: ${file.organisation}. Connectez-vous avec elle.`);
    let added = 0;
    for (const claim of file.claims) {
      if (await this.vault.claim(claim.key)) continue;
      await this.hold(claim, file.organisation);
      added++;
    }
    return added;
  }

  // persist sends by itself: now, when the network or the page comes back, and
  // every minute while something waits.
  persist() {
    const now = () => { this.send(); };
    window.addEventListener("online", now);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
    setInterval(now, EVERY);
    now();
  }
}
