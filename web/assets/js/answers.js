// What the mediator says of the séance: place, services, mode, duration, price.
import { Services } from "./services.js";
import { fieldError } from "./scanner-view.js";
import { euros } from "./words.js";

const NO_SERVICE = "Choisissez au moins un service rendu.";
const NO_PRICE = "Écrivez un montant en euros, par exemple 12,50.";

// cents reads « 12,50 »; null for what is no amount, undefined for nothing.
export function cents(text) {
  const plain = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  if (plain === "") return undefined;
  return /^\d{1,6}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
}

// Answers reads and writes the form's questions; onJudged is called when one
// that changes verdicts was answered anew.
export class Answers {
  constructor(form, facts, onJudged) {
    this.form = form;
    this.services = new Services(facts.services, facts.favourites ?? [], form, () => { this.show({}); onJudged(); });
    form.querySelector("[value=calculer]").hidden = true;
    form.elements.place_id?.addEventListener("change", onJudged);
    form.elements.price_cents.addEventListener("input", () => this.rest());
    new MutationObserver(() => this.rest()).observe(form.querySelector("[data-tally]"), { childList: true });
  }

  value(name) { return this.form.elements[name]?.value ?? ""; }

  // judged is what a verdict depends on.
  judged() {
    return { place_id: this.value("place_id") || null, entries: this.services.numbers() };
  }

  // claim is the whole of the answers as the server reads them.
  claim() {
    const first = this.value("first_visit");
    return {
      ...this.judged(), mode: this.value("mode") || "individuel", duration_minutes: Number(this.value("duration_minutes")) || null,
      price_cents: cents(this.value("price_cents")) ?? null, first_visit: first === "" ? null : first === "oui",
    };
  }

  // check shows what has to be corrected first; it answers whether something has.
  check() {
    const wrong = {};
    if (this.services.numbers().length === 0) wrong.entries = NO_SERVICE;
    if (cents(this.value("price_cents")) === null) wrong.price_cents = NO_PRICE;
    this.show(wrong);
    return Object.keys(wrong).length > 0;
  }

  // show puts sentences under the fields they are about.
  show(wrong) {
    const groups = {
      entries: this.form.querySelector("[data-services] .govuk-form-group") ?? this.form.elements.q.closest(".govuk-form-group"),
      price_cents: this.form.elements.price_cents.closest(".govuk-form-group"),
      place_id: this.form.elements.place_id?.closest(".govuk-form-group"),
      duration_minutes: this.form.elements.duration_minutes.closest(".govuk-form-group"),
    };
    let first = null;
    for (const [name, group] of Object.entries(groups)) {
      if (!group) continue;
      fieldError(group, `${name}-erreur`, wrong[name]);
      if (wrong[name]) first ??= group;
    }
    if (!first) return;
    const details = first.closest("details");
    if (details) details.open = true;
    first.querySelector("input, select").focus();
    first.scrollIntoView({ block: "center" });
  }

  // rest says what is left to pay beside the chèques.
  rest() {
    const price = cents(this.value("price_cents"));
    const paid = Number(this.form.querySelector("[data-tally]").dataset.cents ?? 0);
    const said = this.form.querySelector("[data-rest]");
    if (price === undefined || price === null) said.textContent = "";
    else if (paid > price) said.textContent = `Les chèques dépassent le prix de ${euros(paid - price)}. Il n’y a pas de rendu de monnaie.`;
    else said.textContent = `Reste à payer\u00a0: ${euros(price - paid)}.`;
  }

  save() {
    return { ...this.claim(), price: this.value("price_cents") };
  }

  restore(kept) {
    const { elements } = this.form;
    this.services.set(kept.entries);
    if (elements.place_id && kept.place_id) elements.place_id.value = kept.place_id;
    elements.mode.value = kept.mode;
    elements.duration_minutes.value = kept.duration_minutes ?? "";
    elements.price_cents.value = kept.price;
    elements.first_visit.value = kept.first_visit === null ? "" : kept.first_visit ? "oui" : "non";
  }

  clear() {
    this.services.clear();
    this.form.elements.mode.value = "individuel";
    this.form.elements.duration_minutes.value = "";
    this.form.elements.price_cents.value = "";
    this.form.elements.first_visit.value = "";
    this.rest();
  }
}
