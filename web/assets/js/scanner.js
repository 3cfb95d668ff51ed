// The scanner: the page's own form, with a camera, verdicts at once, and a
// memory for when the network is away. Without this script the form still works.
import { Basket } from "./scan-basket.js";
import { Answers } from "./answers.js";
import { showCamera } from "./camera-view.js";
import { read } from "./code.js";
import { tickExpected } from "./scan-expected.js";
import { signal, unlock } from "./signals.js";
import { Till } from "./till.js";
import { grouped, progress, split } from "./typed.js";
import { basket as drawBasket, verdict } from "./scanner-view.js";
import { queue } from "./waiting.js";
import { listenToScanners } from "./wedge.js";
import { count, euros } from "./words.js";

const facts = JSON.parse(document.getElementById("scanner-facts").textContent);
const form = document.getElementById("seance");
const at = (name) => document.querySelector(`[data-${name}]`);

async function start() {
  const answers = new Answers(form, facts, () => { basket.judgeAgain(); keep(); });
  const basket = new Basket(facts, () => answers.judged());
  const till = new Till(facts, basket, answers, tell);
  const justScanned = listen(basket);
  let restoring = true;

  basket.addEventListener("change", () => { draw(basket); keep(); });
  basket.addEventListener("told", ({ detail }) => tell(detail));
  basket.addEventListener("clock", async ({ detail }) => { await queue?.compare(detail); });
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "retirer") basket.remove(Number(event.submitter.value));
    else if (event.submitter?.value === "encaisser") till.confirm(event.submitter);
    else typed(basket, justScanned);
  });
  form.addEventListener("click", (event) => {
    const remove = event.target.closest("button[name=retirer]");
    if (remove) basket.remove(Number(remove.value));
    if (event.target.closest("[data-empty]")) basket.clear();
  });

  function keep() {
    if (restoring || !queue) return;
    const items = basket.items.map(({ code, text }) => ({ code, text }));
    queue.vault.keepBasket(facts.person, items.length > 0 ? { items, answers: answers.save() } : null);
  }

  const kept = await queue?.vault.basket(facts.person);
  const left = kept ? await queue.left(kept.items) : [];
  if (left.length > 0 && basket.items.length === 0) {
    // Under a key of its own: the one it had may be a séance's already.
    answers.restore(kept.answers);
    basket.items = left.map((item) => ({ ...item, state: "asking" }));
  }
  restoring = false;
  draw(basket);
  basket.ask();
  showCamera(at("camera"), facts.wasm, (text, taken) => basket.add(text, taken));
  keepOffline();
  document.documentElement.dataset.scanner = "ready";
}

// listen takes codes from hands and USB scanners.
function listen(basket) {
  const field = form.elements.codes;
  const said = at("typed");
  const scan = (text) => { showTyped(null); split(text).forEach((one) => basket.add(one)); };
  const kindOf = (text) => {
    const kinds = split(text).map((one) => read(one).kind);
    if (kinds.includes("code")) return "code";
    return kinds.some((kind) => kind !== "malformed") ? "other" : "";
  };
  const justScanned = listenToScanners(field, kindOf, scan);
  field.addEventListener("input", () => {
    const end = field.selectionStart === field.value.length;
    const neat = grouped(field.value);
    if (end && neat !== field.value) field.value = neat;
    showTyped(progress(field.value));
  });
  document.addEventListener("pointerdown", unlock);
  return justScanned;

  function showTyped(state) {
    said.hidden = !state;
    said.textContent = state?.message ?? "";
    said.classList.toggle("pn-typed--good", Boolean(state?.good));
  }
}

// typed puts what the field holds in the basket; the Enter that ends a scan finds
// it empty.
function typed(basket, justScanned) {
  const field = form.elements.codes;
  const codes = split(field.value);
  at("typed").hidden = true;
  field.focus();
  if (codes.length === 0 && justScanned()) return;
  if (codes.length === 0) return tell({ tone: "info", word: "Aucun code", message: "Scannez ou tapez le code d’un chèque." });
  codes.forEach((one) => basket.add(one));
  field.value = "";
}

let shown = -Infinity;

// tell says a verdict to the eye, the ear and the hand; a late answer about one
// chèque does not hide what is said of the next.
function tell({ tone, word, message, at: taken, link }) {
  const when = taken ?? performance.now();
  if (when >= shown) at("verdict").replaceChildren(verdict(tone, word, message, link));
  shown = Math.max(shown, when);
  signal(tone);
  if (taken !== undefined) performance.measure("verdict", { start: taken, end: performance.now() });
}

function draw(basket) {
  const { valid, later, cents } = basket.counted();
  const some = basket.items.length > 0;
  at("basket").replaceChildren(drawBasket(basket.items));
  tickExpected(basket.items);
  at("seance").hidden = !some;
  at("empty").hidden = !some;
  if (at("elsewhere")) at("elsewhere").hidden = some;
  const n = valid.length + later.length;
  at("tally").dataset.cents = String(cents);
  at("tally").textContent = tally(valid.length, later.length, cents);
  const judging = basket.online && later.some((item) => item.state === "asking");
  const button = at("confirm").querySelector("button");
  at("confirm").hidden = n === 0;
  button.disabled = judging;
  button.textContent = later.length > 0 || !basket.online
    ? (judging ? "Vérification…" : `Garder ${count(n, "chèque", "chèques")} à vérifier`)
    : `Encaisser ${count(n, "chèque", "chèques")} (${euros(cents)})`;
  at("link").hidden = false;
  at("link").textContent = basket.online ? "En ligne" : "Hors connexion";
  at("link").classList.toggle("pn-link-state--off", !basket.online);
}

function tally(valid, later, cents) {
  const counted = `${count(valid, "chèque", "chèques")} · ${euros(cents)}`;
  if (later === 0) return counted;
  return valid === 0 ? `${count(later, "chèque", "chèques")} à vérifier` : `${counted} + ${later} à vérifier`;
}

function keepOffline() {
  navigator.serviceWorker?.register(facts.worker, { scope: facts.page }).catch(() => {});
}

// A basket sealed by the server belongs to the form that works without us.
if (form.elements.panier.value === "") start();
