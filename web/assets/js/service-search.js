// Finding services by the words people use, as the server does
// (internal/referentiel): for pages that search without asking it.

const IDLE = new Set(`a ai aimerais apprendre au aux avec besoin c ce comment creer d dans de des du en envoyer et faire gerer j je l la le les ma mes mon ou
  par peux pour pouvoir qu que recevoir s sa savoir se ses son sur un une utiliser veux voudrais`.split(/\s+/));
const NUMBERED = new Set(["n", "no", "numero", "service"]);

export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const singular = (word) => (word.length > 3 && /[sx]$/.test(word) ? word.slice(0, -1) : word);
const has = (words, wanted) => ` ${words}`.includes(` ${wanted}`);

// matching lists, among services { n, words }, those that text looks for, the one
// of that number first.
export function matching(services, text) {
  const typed = fold(text);
  const number = typed.length < 3 && typed.slice(0, -1).every((w) => NUMBERED.has(w)) ? Number(typed.at(-1)) : NaN;
  let wanted = typed.filter((w) => !IDLE.has(w));
  if (typed.length > 1 && typed.every((w) => w.length === 1)) wanted = [typed.join("")];
  if (wanted.length === 0) wanted = typed;
  wanted = wanted.map(singular);
  const numbered = services.filter((s) => s.n === number);
  const whole = services.filter((s) => s.n !== number && wanted.every((w) => has(s.words, w)));
  const found = [...numbered, ...whole];
  return found.length > 0 ? found : nearest(services, wanted.filter((w) => w.length > 1));
}

function nearest(services, wanted) {
  const shared = services.map((s) => wanted.filter((w) => has(s.words, w)).length);
  const most = Math.max(0, ...shared);
  return most === 0 ? [] : services.filter((_, i) => shared[i] === most);
}
