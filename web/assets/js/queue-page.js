// The page of what this browser has not sent: it shows, sends, exports and
// takes back, so that nothing is lost in silence.
import { queue } from "./waiting.js";
import { count, moment, span } from "./words.js";

const root = document.querySelector("[data-queue-page]");
const part = (name) => root.querySelector(`[data-queue-${name}]`);

const STATES = {
  silent: "Le serveur ne répond pas. L’envoi recommencera de lui-même.",
  "signed-out": "Votre session a pris fin. Reconnectez-vous, puis revenez sur cette page.",
  later: "Le serveur demande d’attendre quelques minutes. L’envoi recommencera de lui-même.",
  forbidden: "Votre compte ne peut pas encaisser\u00a0: connectez-vous avec un compte de médiateur de la structure.",
  sending: "Envoi en cours…",
};

async function draw() {
  const { waiting, answered, strangers, clock } = await queue.read();
  const said = [];
  if (waiting.length === 0) said.push("Rien n’attend\u00a0: tout ce que cet appareil a scanné a été envoyé.");
  else if (STATES[queue.state]) said.push(STATES[queue.state]);
  if (strangers.length > 0) said.push(`${count(strangers.length, "séance appartient", "séances appartiennent")} à une autre structure (${strangers[0].organisation})\u00a0: connectez-vous avec elle pour les envoyer.`);
  if (clock) said.push(`L’heure de cet appareil ${clock > 0 ? "avance" : "retarde"} de ${span(clock)}. Les chèques partent avec l’écart\u00a0; réglez l’heure dans les paramètres de l’appareil.`);
  part("state").textContent = said.join(" ");
  part("send").disabled = waiting.length === 0;
  part("export").disabled = waiting.length === 0;
  part("waiting").replaceChildren(...waiting.map(waitingLine));
  part("answered").replaceChildren(...answered.toReversed().map(answeredLine));
  part("none").hidden = answered.length > 0;
  part("clear").hidden = answered.length === 0;
  for (const claim of answered) if (!claim.seen) await queue.vault.putClaim({ ...claim, seen: true });
}

function line(tone, strong, rest, details) {
  const li = document.createElement("li");
  li.className = `pn-line pn-line--${tone}`;
  const text = document.createElement("div");
  text.className = "pn-line__text";
  const title = paragraph("pn-line__title", "");
  const head = document.createElement("strong");
  head.textContent = strong;
  title.append(head, rest);
  text.append(title, ...details);
  li.append(text);
  return li;
}

function paragraph(className, text) {
  const p = document.createElement("p");
  p.className = className;
  p.textContent = text;
  return p;
}

function waitingLine(claim) {
  const notes = [];
  if (claim.error) notes.push(paragraph("pn-line__detail", claim.error));
  if (claim.exported) notes.push(paragraph("pn-line__detail", "Exportée dans un fichier."));
  return line("warn", count(claim.count, "chèque à vérifier", "chèques à vérifier"), ` · scanné${claim.count > 1 ? "s" : ""} le ${moment(claim.at)}`, notes);
}

const TONES = { accepted: "good", disputed: "warn", refused: "bad" };
const WORDS = { accepted: "Payé", disputed: "En litige", refused: "Refusé" };

function answeredLine(claim) {
  const { answer } = claim;
  const notes = [paragraph("pn-line__detail", answer.message)];
  for (const result of answer.results ?? []) {
    if (result.status !== "redeemed") notes.push(paragraph("pn-line__detail", `${result.serial ? `Carnet …${result.serial.slice(-4)}, n°\u00a0${result.rank}\u00a0: ` : ""}${result.word}. ${result.message}`));
  }
  const links = paragraph("pn-line__detail", "");
  if (answer.receipt) links.append(link(answer.receipt, "Voir le reçu"));
  if (answer.state === "disputed") links.append(" ", link("/mediateur/litiges", "Voir les litiges"));
  if (links.childNodes.length > 0) notes.push(links);
  return line(TONES[answer.state], WORDS[answer.state], ` · ${count(claim.count, "chèque", "chèques")}, ${moment(claim.at)}`, notes);
}

function link(href, label) {
  const a = document.createElement("a");
  a.className = "govuk-link";
  a.href = href;
  a.textContent = label;
  return a;
}

async function exportFile() {
  const file = await queue.export(root.dataset.organisation);
  const address = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: "application/json" }));
  const a = document.createElement("a");
  a.href = address;
  a.download = `cheques-en-attente-${file.exported_at.slice(0, 10)}.json`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
  await queue.exported();
}

async function importFile(event) {
  const [file] = event.target.files;
  if (!file) return;
  const said = part("imported");
  try {
    const added = await queue.import(await file.text());
    said.textContent = added === 0 ? "Ces séances étaient déjà sur cet appareil." : `${count(added, "séance reprise", "séances reprises")}.`;
  } catch (error) {
    said.textContent = error.message;
  }
  event.target.value = "";
  queue.send();
}

async function clearAnswers() {
  for (const claim of (await queue.read()).answered) await queue.vault.removeClaim(claim.key);
  queue.changed();
}

if (queue) {
  queue.addEventListener("change", draw);
  part("send").addEventListener("click", () => queue.send());
  part("export").addEventListener("click", exportFile);
  part("clear").addEventListener("click", clearAnswers);
  root.querySelector("[data-queue-import]").addEventListener("change", importFile);
  await draw();
} else {
  part("state").textContent = "Ce navigateur ne garde rien\u00a0: navigation privée, ou stockage refusé. Rien n’est en attente ici.";
  for (const name of ["send", "export"]) part(name).disabled = true;
}
part("ready").hidden = false;
