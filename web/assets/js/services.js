// Choosing what was given: the usual services of the place, and a search among
// all, without asking the server.
import { tiles } from "./scanner-view.js";
import { fold, matching } from "./service-search.js";
import { count } from "./words.js";

const MOST = 12;
// Services shows tiles in chosenRoot, and what a search finds in foundRoot.
export class Services {
  constructor(all, favourites, form, onChange) {
    this.all = all;
    this.root = form.querySelector("[data-services]");
    // The server ticks what an atelier teaches.
    this.chosen = new Set([...this.root.querySelectorAll("input:checked")].map((box) => Number(box.value)));
    this.shown = [...new Set([...this.chosen, ...favourites])];
    this.found = form.querySelector("[data-found]");
    this.said = form.querySelector("[data-searched]");
    this.input = form.querySelector("[name=q]");
    this.onChange = onChange;
    form.querySelector("[value=chercher]").hidden = true;
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    for (const root of [this.root, this.found]) root.addEventListener("change", (event) => this.tick(event.target));
    this.draw();
  }

  set(numbers) {
    this.chosen = new Set(numbers);
    for (const n of numbers) if (!this.shown.includes(n)) this.shown.push(n);
    this.draw();
  }

  numbers() { return [...this.chosen].sort((a, b) => a - b); }

  clear() {
    this.chosen.clear();
    this.input.value = "";
    this.draw();
    this.search();
  }

  tick(box) {
    const n = Number(box.value);
    if (box.checked) this.chosen.add(n);
    else this.chosen.delete(n);
    if (box.checked && !this.shown.includes(n)) { // nothing chosen is ever out of sight
      this.shown.push(n);
      this.input.value = "";
      this.draw();
      this.search();
      this.root.querySelector(`#service-${n}`).focus();
    }
    this.onChange();
  }

  draw() {
    const services = this.shown.map((n) => this.all.find((s) => s.n === n)).filter(Boolean);
    this.root.replaceChildren(...(services.length > 0 ? [tiles(services, this.chosen, "Service rendu", "service")] : []));
  }

  search() {
    if (fold(this.input.value).length === 0) {
      this.said.textContent = "";
      this.found.replaceChildren();
      return;
    }
    const matches = matching(this.all, this.input.value);
    const fresh = matches.filter((s) => !this.shown.includes(s.n));
    this.said.textContent = this.sentence(matches.length);
    this.found.replaceChildren(...(fresh.length > 0 ? [tiles(fresh.slice(0, MOST), this.chosen, "Services trouvés", "trouve")] : []));
  }

  sentence(n) {
    const said = `${count(n, "service trouvé", "services trouvés")} pour «\u00a0${this.input.value.trim()}\u00a0».`;
    if (n === 0) return `${said} Essayez un autre mot, ou le numéro du service.`;
    return n > MOST ? `${said} Les ${MOST} premiers sont ci-dessous\u00a0: précisez pour voir les autres.` : said;
  }
}
