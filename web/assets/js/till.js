// Taking what the basket promises: at once, or later by the queue, but never
// twice and never in silence.
import { post } from "./server.js";
import { queue } from "./waiting.js";
import { count } from "./words.js";

const PATIENCE = 8000;

// Till sends séances; tell says to the person what became of them.
export class Till {
  constructor(facts, basket, answers, tell) {
    Object.assign(this, { facts, basket, answers, tell, leaving: false });
    this.warnOnLeave();
  }

  // confirm keeps the séance first, so that neither a cut network nor a closed
  // page loses it, and leaves it to the queue if nobody answers.
  async confirm(button) {
    const { valid, later } = this.basket.counted();
    const codes = [...valid, ...later].map((item) => item.code);
    if (this.answers.check() || codes.length === 0) return;
    const claim = { key: this.basket.key, scanned_at: new Date().toISOString(), codes, ...this.answers.claim() };
    const live = this.basket.online && later.length === 0;
    if (!queue && !live) {
      this.tell({ tone: "bad", word: "Rien n’est gardé", message: "Ce navigateur ne garde rien sans réseau. Attendez que le réseau revienne, sans fermer cette page." });
      return;
    }
    await queue?.hold(claim, this.facts.organisation, live);
    if (!live) return this.leaveToQueue(claim);
    button.disabled = true;
    const answer = await post(this.facts.redeem, claim, PATIENCE);
    button.disabled = false;
    if (answer.state === "ok") return this.taken(claim, answer.data.receipt);
    if (answer.state === "refused" || answer.state === "later") return this.refused(claim, answer);
    return this.leaveToQueue(claim);
  }

  async taken(claim, receipt) {
    await queue?.drop(claim.key);
    await queue?.vault.keepBasket(this.facts.person, null);
    this.leaving = true;
    location.assign(receipt);
  }

  async refused(claim, answer) {
    await queue?.drop(claim.key);
    if (answer.status === 409) { // another tab took this séance with other answers
      this.basket.key = crypto.randomUUID();
      this.basket.judgeAgain();
    }
    const fields = answer.data.fields ?? {};
    this.answers.show(fields);
    this.tell({ tone: "bad", word: "Non encaissé", message: Object.values(fields)[0] ?? answer.data.detail });
  }

  // leaveToQueue empties the basket of what the queue takes over.
  async leaveToQueue(claim) {
    if (!queue) {
      this.tell({ tone: "warn", word: "Sans réponse", message: "Le serveur n’a pas répondu. Appuyez de nouveau\u00a0: un chèque n’est jamais compté deux fois." });
      return;
    }
    await queue.release(claim.key);
    this.basket.settle(claim.codes);
    this.answers.clear();
    this.tell({
      tone: "warn", word: count(claim.codes.length, "chèque gardé", "chèques gardés"),
      message: "Ils seront envoyés et vérifiés dès que le serveur répond\u00a0: ils ne sont pas encore payés.",
      link: { href: this.facts.queue, label: "Voir l’attente" },
    });
    document.querySelector("[data-verdict]").scrollIntoView({ block: "center" });
    navigator.storage?.persist?.();
    queue.send();
  }

  // warnOnLeave asks before the page is closed on unsent séances; links within
  // the site lose nothing.
  warnOnLeave() {
    document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) this.leaving = true; });
    window.addEventListener("pageshow", () => { this.leaving = false; });
    window.addEventListener("beforeunload", (event) => {
      const waiting = Number(document.querySelector("[data-waiting]")?.dataset.count ?? 0);
      if (!this.leaving && waiting > 0) event.preventDefault();
    });
  }
}
