// The basket of a séance: what was scanned, what the server thinks of it, and
// what waits because it cannot be asked.
import { read } from "./code.js";
import { post } from "./server.js";
import { chequeName, euros } from "./words.js";

const PATIENCE = 4000;
const AGAIN = 5000;

// Basket tells what happens through events: "change", and "told" for one verdict
// a person has to know about.
export class Basket extends EventTarget {
  constructor(facts, answers) {
    super();
    this.facts = facts;
    this.answers = answers; // {place_id, entries} as chosen now
    this.items = [];
    this.online = true;
    this.key = crypto.randomUUID();
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.retry(); });
    setInterval(() => this.retry(), AGAIN);
  }

  tell(tone, word, message, at, link) {
    this.dispatchEvent(new CustomEvent("told", { detail: { tone, word, message, at, link } }));
  }

  changed() { this.dispatchEvent(new Event("change")); }

  // add takes what was scanned or typed; at is when its picture was taken.
  add(text, at = performance.now()) {
    const answer = read(text);
    if (answer.kind !== "code") return this.tell("bad", answer.word, answer.message, at);
    const strange = answer.host !== "" && !this.facts.hosts.includes(answer.host.toLowerCase());
    if (strange && !this.online) {
      return this.tell("bad", "Autre dispositif", `Ce chèque porte l’adresse d’un autre dispositif, ${answer.host.toLowerCase()}. Il ne peut pas être gardé sans réseau.`, at);
    }
    if (this.items.some((item) => item.code === answer.code)) return this.tell("info", "Déjà dans le panier", "Ce chèque est déjà dans le panier.", at);
    if (this.items.length >= this.facts.most) {
      return this.tell("bad", "Panier plein", `${this.facts.most} chèques au plus par séance. Encaissez ce panier, puis commencez une nouvelle séance.`, at);
    }
    this.items.push({ code: answer.code, text: strange ? text : answer.code, state: "asking", at, fresh: true });
    this.changed();
    return this.ask();
  }

  remove(at) {
    this.items.splice(at, 1);
    this.changed();
  }

  // settle takes out what a séance has taken over; a chèque scanned meanwhile stays.
  settle(codes) {
    this.items = this.items.filter((item) => !codes.includes(item.code));
    this.key = crypto.randomUUID();
    this.changed();
  }

  clear() {
    this.items = [];
    this.key = crypto.randomUUID();
    this.changed();
  }

  // judgeAgain asks anew for everything, because the place or a service changed.
  judgeAgain() {
    for (const item of this.items) if (item.state !== "later") item.state = "asking";
    this.changed();
    return this.ask();
  }

  retry() {
    if (this.online && !this.items.some((item) => item.state === "later")) return;
    for (const item of this.items) if (item.state === "later") item.state = "asking";
    this.ask(true);
  }

  // ask sends what is to be judged, one request at a time.
  async ask(quiet = false) {
    if (!this.online && !quiet) this.postpone();
    if (this.busy) return;
    this.busy = true;
    for (;;) {
      const asked = this.items.filter((item) => item.state === "asking");
      if (asked.length === 0 && quiet) await this.probe();
      if (asked.length === 0 || !await this.judge(asked)) break;
    }
    this.busy = false;
  }

  // probe asks about nothing, to learn whether the server answers again.
  async probe() {
    if (this.online) return;
    const answer = await post(this.facts.verdicts, { codes: [] }, PATIENCE);
    if (answer.state !== "silent") this.turn(true);
  }

  async judge(asked) {
    const choice = this.answers();
    const answer = await post(this.facts.verdicts, { codes: asked.map((item) => item.text), ...choice }, PATIENCE);
    if (answer.state === "silent") {
      this.turn(false);
      this.postpone();
      return false;
    }
    this.turn(true);
    if (answer.state !== "ok") {
      this.refuse(asked, answer);
      return false;
    }
    this.dispatchEvent(new CustomEvent("clock", { detail: answer.data.server_at }));
    const same = JSON.stringify(choice) === JSON.stringify(this.answers());
    asked.forEach((item, i) => this.take(item, answer.data.verdicts[i], same));
    this.changed();
    return true;
  }

  // take notes a verdict; what names no chèque is told and not kept.
  take(item, verdict, same) {
    const fresh = item.fresh;
    item.fresh = false;
    if (verdict.reason === "unknown" || verdict.reason === "malformed") {
      this.items = this.items.filter((other) => other !== item);
      this.tell("bad", verdict.word, verdict.message, item.at);
      return;
    }
    item.answer = verdict;
    item.text = item.code;
    item.state = same ? (verdict.status === "valid" ? "valid" : "refused") : "asking";
    if (!fresh || !same) return;
    if (item.state === "valid") this.tell("good", "Valable", `${euros(verdict.face_value_cents)} · ${chequeName(verdict)}`, item.at);
    else this.tell("bad", verdict.word, verdict.message, item.at);
  }

  // refuse tells why nothing was judged; what was not yet known is not kept.
  refuse(asked, answer) {
    if (answer.state === "signed-out") {
      this.postponeThese(asked);
      this.tell("warn", "Reconnectez-vous", "Votre session a pris fin. Le panier est gardé sur cet appareil.", performance.now(), { href: this.facts.sign_in, label: "Se connecter" });
    } else {
      this.items = this.items.filter((item) => !asked.includes(item) || item.answer);
      for (const item of asked) if (item.answer) item.state = "later";
      this.tell("bad", "Non vérifié", answer.data.detail ?? "Le serveur refuse cette demande. Rechargez la page.", performance.now());
    }
    this.changed();
  }

  postpone() { this.postponeThese(this.items.filter((item) => item.state === "asking")); }

  postponeThese(items) {
    for (const item of items) {
      item.state = "later";
      if (item.fresh) this.tell("warn", "Sera vérifié", "Le serveur ne répond pas. Ce chèque est gardé ici et sera vérifié plus tard\u00a0: il n’est pas encore payé.", item.at);
      item.fresh = false;
    }
    this.changed();
  }

  turn(online) {
    if (this.online === online) return;
    this.online = online;
    this.changed();
  }

  // counted is what the button promises.
  counted() {
    const valid = this.items.filter((item) => item.state === "valid");
    const later = this.items.filter((item) => item.state === "later" || item.state === "asking");
    return { valid, later, cents: valid.reduce((sum, item) => sum + item.answer.face_value_cents, 0) };
  }
}
