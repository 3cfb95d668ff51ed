// A text field that proposes answers while one types, after the ARIA
// « combobox with listbox » pattern. The server renders the options; without
// this script the field is sent as typed and the server resolves it.
const WAIT_MS = 150;
// What may be the beginning of a chèque’s code is not put in an address.
const SECRET = /^[2-9BCDFGHJKNPRSTVX]{6,}$/i;
const MIN_LENGTH = 2;

export function enhanceComboboxes(scope) {
  for (const root of scope.querySelectorAll("[data-combobox]")) {
    if (root.dataset.enhanced) continue;
    root.dataset.enhanced = "true";
    new Combobox(root);
  }
}

class Combobox {
  constructor(root) {
    this.source = root.dataset.combobox;
    this.input = root.querySelector("[data-combobox-input]");
    this.value = root.querySelector("[data-combobox-value]");
    this.list = root.querySelector("[data-combobox-list]");
    this.status = root.querySelector("[data-combobox-status]");
    this.active = -1;
    this.asked = 0;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // mousedown, because blur would hide the list before a click lands
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  typed() {
    this.value.value = "";
    clearTimeout(this.timer);
    if (this.input.value.trim().length < MIN_LENGTH) return this.close();
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const turn = ++this.asked;
    if (SECRET.test(this.input.value.replace(/[\s.-]/g, ""))) return this.close();
    const url = new URL(this.source, document.baseURI);
    url.searchParams.set("q", this.input.value.trim());
    const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    // An answer that comes after the next question, or after leaving, is dropped.
    if (!answer?.ok || turn !== this.asked || document.activeElement !== this.input) return;
    this.list.innerHTML = await answer.text();
    this.options().forEach((option, i) => { option.id = `${this.list.id}-${i}`; });
    this.open();
  }

  open() {
    const count = this.options().length;
    this.list.hidden = count === 0;
    this.input.setAttribute("aria-expanded", String(count > 0));
    this.highlight(-1);
    this.status.textContent = count === 0 ? "Aucune proposition" : count === 1 ? "1 proposition" : `${count} propositions`;
  }

  close() {
    this.asked++;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.highlight(-1);
    this.status.textContent = "";
  }

  highlight(index) {
    this.active = index;
    this.options().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const option = this.options()[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    this.input.value = option.dataset.label ?? option.textContent.trim();
    this.value.value = option.dataset.value;
    this.close();
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    const count = this.options().length;
    if (this.list.hidden || count === 0) return;
    if (event.key === "ArrowDown") this.highlight((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.highlight((this.active - 1 + count) % count);
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.options()[this.active]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}
