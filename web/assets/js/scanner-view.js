// Drawing the scanner: pieces drawn by the server are copied and filled.
import { chequeName, count, euros } from "./words.js";

const pieces = document.querySelector("[data-pieces]").content;

function copy(selector) { return pieces.querySelector(selector).cloneNode(true); }

// say replaces the words of an element and keeps its sign.
function say(element, text) {
  for (const node of [...element.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE) node.remove();
  }
  element.append(text);
}

// verdict draws what became of a chèque, in words, colour and sign.
export function verdict(tone, word, message, link) {
  const box = copy(`.pn-verdict--${tone}`);
  box.removeAttribute("role"); // the place it goes to is read aloud already
  box.querySelector(".pn-verdict__word").textContent = word;
  const reason = box.querySelector(".pn-verdict__reason");
  reason.textContent = message;
  if (link) reason.append(" ", anchor(link));
  return box;
}

function anchor({ href, label }) {
  const a = document.createElement("a");
  a.className = "govuk-link";
  a.href = href;
  a.textContent = label;
  return a;
}

// line draws one chèque of the basket; at is its place there.
export function line(item, at) {
  const { state, answer } = item;
  if (state === "valid") return fill("good", euros(answer.face_value_cents), ` · ${chequeName(answer)}`, "", "valable", at, chequeName(answer));
  if (state === "refused") return fill("bad", answer.word, ` · ${chequeName(answer)}`, answer.message, "refusé", at, chequeName(answer));
  const waiting = state === "asking" ? ["Vérification…", "un instant"] : ["Chèque à vérifier", "sera vérifié"];
  // What was judged once keeps its name while it is judged again.
  const name = answer?.serial ? chequeName(answer) : `se termine par ${item.code.slice(-4)}`;
  return fill("warn", waiting[0], ` · ${name}`, "", waiting[1], at, answer?.serial ? name : `le chèque qui ${name}`);
}

function fill(tone, strong, title, detail, word, at, name) {
  const li = copy(`.pn-line--${tone}`);
  const head = li.querySelector(".pn-line__title");
  head.querySelector("strong").textContent = strong;
  say(head, title);
  const small = li.querySelector(".pn-line__detail");
  if (detail) small.textContent = detail;
  else small.remove();
  say(li.querySelector(".pn-tag"), word);
  const button = li.querySelector("button");
  button.type = "button";
  button.value = String(at);
  button.querySelector(".govuk-visually-hidden").textContent = ` ${name}`;
  return li;
}

// basket draws the chèques by carnet, in the order of the first ones.
export function basket(items) {
  const carnets = new Map();
  items.forEach((item, at) => {
    const serial = item.answer?.serial ?? "";
    if (!carnets.has(serial)) carnets.set(serial, []);
    carnets.get(serial).push([item, at]);
  });
  const drawn = document.createDocumentFragment();
  for (const [serial, cheques] of carnets) {
    if (carnets.size > 1) {
      const title = document.createElement("h3");
      title.className = "pn-basket__carnet";
      title.textContent = serial ? `Carnet ${serial} · ${count(cheques.length, "chèque", "chèques")}` : "À vérifier";
      drawn.append(title);
    }
    const note = cheques.map(([item]) => item.answer?.progress).find(Boolean);
    if (note) {
      const said = document.createElement("p");
      said.className = "pn-basket__note";
      said.textContent = note;
      drawn.append(said);
    }
    const list = document.createElement("ul");
    list.className = "pn-lines";
    list.append(...cheques.map(([item, at]) => line(item, at)));
    drawn.append(list);
  }
  return drawn;
}

// tiles draws services to tick; prefix keeps their identifiers apart.
export function tiles(services, chosen, legend, prefix) {
  const group = document.createElement("div");
  group.className = "govuk-form-group";
  const set = document.createElement("fieldset");
  set.className = "govuk-fieldset";
  const title = document.createElement("legend");
  title.className = "govuk-fieldset__legend govuk-fieldset__legend--s";
  title.textContent = legend;
  const grid = document.createElement("div");
  grid.className = "pn-tiles";
  for (const service of services) {
    const tile = copy(".pn-tile");
    const box = tile.querySelector("input");
    box.id = `${prefix}-${service.n}`;
    box.value = String(service.n);
    box.checked = chosen.has(service.n);
    tile.querySelector("label").htmlFor = box.id;
    tile.querySelector("span").textContent = service.label;
    grid.append(tile);
  }
  set.append(title, grid);
  group.append(set);
  return group;
}

// fieldError shows, or takes away, what is wrong under a field's label.
export function fieldError(group, id, sentence) {
  group.querySelector(`#${id}`)?.remove();
  group.classList.toggle("govuk-form-group--error", Boolean(sentence));
  if (!sentence) return;
  const error = document.createElement("p");
  error.id = id;
  error.className = "govuk-error-message";
  error.textContent = sentence;
  const legend = group.querySelector("legend, label");
  legend.after(error);
}
