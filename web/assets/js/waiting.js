// The line that says, on every page of who scans, what the server does not know
// yet; and the sending, wherever one is.
import { openQueue } from "./queue.js";
import { enhanceSignOut } from "./residue.js";
import { held } from "./vault.js";
import { count, span } from "./words.js";

const bar = document.querySelector("[data-waiting]");
const firstTime = held() === null;

// queue is this organisation's; null where the browser keeps nothing, or never
// scanned and is not about to.
export const queue = bar && (!firstTime || "opens" in bar.dataset)
  ? await openQueue(bar.dataset.owner, bar.dataset.url).catch(() => null)
  : null;

const STATES = {
  silent: "Hors connexion\u00a0: ils partiront d’eux-mêmes.",
  "signed-out": "Reconnectez-vous pour les envoyer.",
  later: "Le serveur demande d’attendre un peu.",
  forbidden: "Votre compte ne peut pas les encaisser\u00a0: demandez à un collègue.",
  sending: "Envoi en cours…",
};

async function show() {
  const { waiting, answered, strangers, clock } = await queue.read();
  const cheques = waiting.reduce((n, c) => n + c.count, 0);
  const lost = answered.filter((c) => !c.seen && c.answer.state !== "accepted").length;
  const lines = [];
  if (cheques > 0) lines.push(`${count(cheques, "chèque attend", "chèques attendent")} d’être envoyé${cheques > 1 ? "s" : ""}. ${STATES[queue.state] ?? ""}`);
  if (strangers.length > 0) lines.push(`${count(strangers.length, "séance attend", "séances attendent")} pour une autre structure\u00a0: ${strangers[0].organisation}.`);
  if (lost > 0) lines.push(`${count(lost, "séance envoyée a", "séances envoyées ont")} des chèques non payés.`);
  if (clock) lines.push(`L’heure de cet appareil ${clock > 0 ? "avance" : "retarde"} de ${span(clock)}\u00a0: réglez-la.`);
  bar.hidden = lines.length === 0;
  bar.querySelector("[data-waiting-text]").textContent = lines.join(" ");
  bar.dataset.count = String(cheques);
  document.querySelectorAll("[data-waiting-count]").forEach((badge) => {
    badge.hidden = cheques === 0;
    badge.textContent = String(cheques);
  });
}

if (queue && firstTime) enhanceSignOut(bar.dataset.url);

if (queue) {
  queue.addEventListener("change", show);
  await show();
  queue.persist();
}
