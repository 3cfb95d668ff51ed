// The scanner: the page's own form, with a camera, verdicts at once, and a
// memory for when the network is away. Without this script the form still works.
import { Basket } from "./scan-basket.js";
import { Answers } from "./answers.js";
import { Camera } from "./camera.js";
import { read } from "./code.js";
import { post } from "./server.js";
import { signal, unlock } from "./signals.js";
import { grouped, progress, split } from "./typed.js";
import { basket as drawBasket, verdict } from "./scanner-view.js";
import { queue } from "./waiting.js";
import { listenToScanners } from "./wedge.js";
import { count, euros } from "./words.js";

const PATIENCE = 8000;
const facts = JSON.parse(document.getElementById("scanner-facts").textContent);
const form = document.getElementById("seance");
const at = (name) => document.querySelector(`[data-${name}]`);

// A basket sealed by the server belongs to the form that works without us.
if (form.elements.panier.value === "") start();

async function start() {
  const answers = new Answers(form, facts, () => { basket.judgeAgain(); keep(); });
  const basket = new Basket(facts, () => answers.judged());
  const justScanned = listen(basket);
  let restoring = true;

  basket.addEventListener("change", () => { draw(basket); keep(); });
  basket.addEventListener("told", ({ detail }) => tell(detail));
  basket.addEventListener("clock", async ({ detail }) => { await queue?.compare(detail); });
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "retirer") basket.remove(Number(event.submitter.value));
    else if (event.submitter?.value === "encaisser") confirm(basket, answers);
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
    queue.vault.keepBasket(facts.person, items.length > 0 ? { key: basket.key, items, answers: answers.save() } : null);
  }

  const kept = await queue?.vault.basket(facts.person);
  if (kept && basket.items.length === 0) {
    basket.key = kept.key;
    answers.restore(kept.answers);
    basket.items = kept.items.map((item) => ({ ...item, state: "asking" }));
  }
  restoring = false;
  draw(basket);
  basket.ask();
  openCamera(basket);
  keepOffline();
  warnOnLeave();
  document.documentElement.dataset.scanner = "ready";
}

// listen takes codes from hands and USB scanners.
function listen(basket) {
  const field = form.elements.codes;
  const said = at("typed");
  const scan = (text) => { showTyped(null); split(text).forEach((one) => basket.add(one)); };
  const justScanned = listenToScanners(field, (text) => read(text).kind !== "malformed", (text) => { field.value = ""; scan(text); });
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
  at("seance").hidden = !some;
  at("empty").hidden = !some;
  if (at("elsewhere")) at("elsewhere").hidden = some;
  const n = valid.length + later.length;
  at("tally").dataset.cents = String(cents);
  at("tally").textContent = `${count(n, "chèque", "chèques")} · ${euros(cents)}${later.length > 0 ? ` + ${later.length} à vérifier` : ""}`;
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

// confirm sends the séance. It is kept first, so that neither a cut network nor
// a closed page loses it, and sent again under its key if nobody answers.
async function confirm(basket, answers) {
  const refused = answers.check();
  const { valid, later } = basket.counted();
  const codes = [...valid, ...later].map((item) => item.code);
  if (refused || codes.length === 0) return;
  const claim = { key: basket.key, scanned_at: new Date().toISOString(), codes, ...answers.claim() };
  const live = basket.online && later.length === 0;
  if (!queue && !live) return tell({ tone: "bad", word: "Rien n’est gardé", message: "Ce navigateur ne garde rien sans réseau. Attendez que le réseau revienne, sans fermer cette page." });
  await queue?.hold(claim, facts.organisation, live);
  if (!live) return held(basket, answers, codes.length, claim.key);
  const button = at("confirm").querySelector("button");
  button.disabled = true;
  const answer = await post(facts.redeem, claim, PATIENCE);
  button.disabled = false;
  switch (answer.state) {
    case "ok":
      await queue?.drop(claim.key);
      await queue?.vault.keepBasket(facts.person, null);
      leave(answer.data.receipt);
      return;
    case "refused":
    case "later":
      await queue?.drop(claim.key);
      if (answer.status === 409) { // another tab took this séance with other answers
        basket.key = crypto.randomUUID();
        basket.judgeAgain();
      }
      answers.show(answer.data.fields ?? {});
      tell({ tone: "bad", word: "Non encaissé", message: Object.values(answer.data.fields ?? {})[0] ?? answer.data.detail });
      return;
    default:
      if (queue) held(basket, answers, codes.length, claim.key);
      else tell({ tone: "warn", word: "Sans réponse", message: "Le serveur n’a pas répondu. Appuyez de nouveau\u00a0: un chèque n’est jamais compté deux fois." });
  }
}

// held empties the basket of what the queue has taken over.
async function held(basket, answers, n, key) {
  await queue.release(key);
  basket.clear();
  answers.clear();
  tell({
    tone: "warn", word: `${count(n, "chèque gardé", "chèques gardés")}`,
    message: "Ils seront envoyés et vérifiés dès que le serveur répond\u00a0: ils ne sont pas encore payés.", link: { href: facts.queue, label: "Voir l’attente" },
  });
  at("verdict").scrollIntoView({ block: "center" });
  navigator.storage?.persist?.();
  queue.send();
}

async function openCamera(basket) {
  const root = at("camera");
  const video = root.querySelector("video");
  const camera = new Camera(video, facts.wasm, (text, taken) => basket.add(text, taken));
  const [view, begin, end, torch, choice, said] = ["view", "start", "stop", "torch", "choice", "said"].map((name) => at(`camera-${name}`));
  root.hidden = false;

  const open = async (device) => {
    unlock();
    begin.disabled = true;
    said.textContent = "";
    view.hidden = false;
    const trouble = await camera.start(device);
    begin.disabled = false;
    said.textContent = trouble;
    view.hidden = trouble !== "";
    begin.hidden = !trouble === true;
    end.hidden = trouble !== "";
    torch.hidden = !camera.hasTorch;
    if (trouble) return;
    sessionStorage.setItem("passnum-camera-on", "1");
    root.dataset.decoder = camera.decoder.name;
    const cameras = await camera.choices();
    choice.hidden = cameras.length < 2;
    choice.querySelector("select").replaceChildren(...cameras.map((c) => new Option(c.label, c.id, false, c.id === camera.current)));
  };

  begin.addEventListener("click", () => open());
  end.addEventListener("click", () => {
    camera.stop();
    sessionStorage.removeItem("passnum-camera-on");
    view.hidden = end.hidden = torch.hidden = choice.hidden = true;
    begin.hidden = false;
    begin.focus();
  });
  torch.addEventListener("click", async () => {
    const on = await camera.light(torch.getAttribute("aria-pressed") !== "true");
    torch.setAttribute("aria-pressed", String(on));
  });
  choice.querySelector("select").addEventListener("change", (event) => open(event.target.value));
  // The next séance of a row starts with the camera as it was left.
  if (sessionStorage.getItem("passnum-camera-on") === "1" && (await navigator.permissions?.query({ name: "camera" }).catch(() => null))?.state === "granted") open();
}

function keepOffline() {
  navigator.serviceWorker?.register(facts.worker, { scope: facts.page }).catch(() => {});
}

let leaving = false;

function leave(address) {
  leaving = true;
  location.assign(address);
}

// warnOnLeave asks before the page is closed on unsent séances; links within
// the site lose nothing.
function warnOnLeave() {
  document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && Number(document.querySelector("[data-waiting]")?.dataset.count ?? 0) > 0) event.preventDefault();
  });
}
