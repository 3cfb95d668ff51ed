// How a chèque's code is read, wherever it comes from: the same rules as the
// server's, so that a phone without network can apply them.

export const ALPHABET = "23456789BCDFGHJKNPRSTVX";
export const LENGTH = 16;

const RADIX = ALPHABET.length;
const GROUP = 4;
const SPECIMEN_SHIFT = 11;
const LONGEST = 2048;

// What each key of a US scanner types on a French computer, and what it meant.
const LAYOUTS = [
  ["", ""],
  ["qazwQAZW" + `&é"'(-è_çà)!:M;,?§°` + "ÉÈÇÀ", "aqwzAQWZ" + "1234567890-/.:,mM?_" + "2790"],
  ["qazwQAZW" + "°§!/:mM?,", "aqwzAQWZ" + "-//..::MM"],
  ["qazwQAZW" + `&é"'(§è!çà)=:M;,?+°`, "aqwzAQWZ" + "1234567890-/.:,mM?_"],
].map(([typed, meant]) => new Map([...typed].map((sign, i) => [sign, [...meant][i]])));

export const SENTENCES = {
  malformed: "Ce code est incomplet ou contient une erreur de frappe. Vérifiez les 16 caractères imprimés sur le chèque, sans 0, 1, I ni O.",
  specimen: "Ce chèque est un spécimen, sans valeur. Demandez un vrai chèque.",
  serial: "Ceci est le numéro du carnet. Scannez le chèque lui-même, pas la couverture.",
  wifi: "Ce QR code sert à se connecter au Wi-Fi. Scannez celui qui est imprimé à côté du code du chèque.",
  site: "Ce QR code mène à un site Internet, pas à un chèque. Scannez celui qui est imprimé à côté du code du chèque.",
  foreign: "Ce QR code n’est pas celui d’un chèque. Scannez celui qui est imprimé à côté du code du chèque.",
};

const WORDS = {
  malformed: "Code mal lu", specimen: "Spécimen", serial: "Couverture du carnet",
  wifi: "QR code Wi-Fi", site: "Adresse d’un site", foreign: "Pas un chèque",
};

const RANKS = { malformed: 0, foreign: 1, site: 1, wifi: 1, serial: 2, specimen: 3 };

const SERIAL = /^C[0-9]{2}[- ]?[0-9]{3}[- ]?[0-9]{6}([-/ ][0-9]{1,2})?$/;
const SCHEME = /^[A-Z][A-Z0-9+.]*:\/\//;
const OTHER_QR = /^(MAILTO|TEL|SMS|SMSTO|GEO|MECARD|BEGIN|OTPAUTH|MATMSG|BITCOIN):/;
const SEPARATOR = /[.\u2212\p{White_Space}\p{Pd}]/u;

// read answers {kind: "code", code, host}, or {kind, word, message} for what is
// no code of ours. The host is that of the address that carried the code.
export function read(typed) {
  if (new TextEncoder().encode(typed).length > LONGEST) return refusal("malformed", typed);
  const text = tidy(typed);
  let worst = "malformed";
  for (const layout of LAYOUTS) {
    const upper = upperCase(Array.from(text, (sign) => layout.get(sign) ?? sign).join(""));
    const { kind, code } = readAs(upper);
    if (kind === "code") return { kind, code, host: hostOf(upper) };
    if (RANKS[kind] > RANKS[worst]) worst = kind;
  }
  return refusal(worst, typed);
}

function refusal(kind, typed) {
  return { kind, word: WORDS[kind], message: kind === "malformed" ? explain(typed) : SENTENCES[kind] };
}

function readAs(text) {
  if (text.startsWith("WIFI:")) return { kind: "wifi" };
  if (text.startsWith("WWW.")) return { kind: "site" };
  if (OTHER_QR.test(text)) return { kind: "foreign" };
  const { payload, ours } = unwrap(text);
  const symbols = spell(payload);
  if (ours && symbols?.length === LENGTH) {
    const verdict = judge(symbols);
    if (verdict !== "wrong") return { kind: verdict, code: symbols.map((v) => ALPHABET[v]).join("") };
  }
  if (SERIAL.test(payload)) return { kind: "serial" };
  if (!ours || (!symbols && SCHEME.test(text))) return { kind: "site" };
  return { kind: "malformed" };
}

function unwrap(text) {
  const address = SCHEME.test(text);
  let path = text.replace(SCHEME, "/");
  if (address) path = path.split(/[?#]/)[0];
  path = path.replace(/\/+$/, "");
  const at = path.lastIndexOf("/P/");
  if (at >= 0) return { payload: path.slice(at + 3), ours: true };
  if (address) return { payload: path.slice(path.lastIndexOf("/") + 1), ours: false };
  return { payload: path, ours: true };
}

function hostOf(text) {
  const scheme = SCHEME.exec(text);
  return scheme ? text.slice(scheme[0].length).split("/")[0] : "";
}

// spell gives the values of the symbols; null when something else is in the way.
function spell(text) {
  const values = [];
  for (const sign of text) {
    if (SEPARATOR.test(sign)) continue;
    const value = ALPHABET.indexOf(sign);
    if (value < 0) return null;
    values.push(value);
    if (values.length > LENGTH) break;
  }
  return values;
}

function tidy(typed) {
  return typed.replace(/\p{Cf}/gu, "").replace(/(?!\p{White_Space})\p{Cc}/gu, "").trim();
}

// upperCase changes one sign into one sign, as the server does.
function upperCase(text) {
  return Array.from(text, (sign) => { const big = sign.toUpperCase(); return [...big].length === 1 ? big : sign; }).join("");
}

const mod = (n) => ((n % RADIX) + RADIX) % RADIX;

function sums(symbols) {
  let plain = 0;
  let weighted = 0;
  symbols.forEach((v, i) => { plain += v; weighted += (i + 1) * v; });
  return { plain: mod(plain), weighted: mod(weighted) };
}

function judge(symbols) {
  const { plain, weighted } = sums(symbols);
  if (plain === 0 && weighted === 0) return "code";
  if (plain === mod(2 * SPECIMEN_SHIFT) && weighted === mod(31 * SPECIMEN_SHIFT)) return "specimen";
  return "wrong";
}

// explain says what is wrong with a mistyped code, and in which printed group.
function explain(typed) {
  if (typed.length > LONGEST) return SENTENCES.malformed;
  return slip(unwrap(upperCase(tidy(typed))).payload) || SENTENCES.malformed;
}

function slip(payload) {
  const signs = Array.from(payload).filter((sign) => !SEPARATOR.test(sign));
  const strange = signs.flatMap((sign, i) => (ALPHABET.includes(sign) ? [] : [i]));
  if (signs.length === 0 || strange.length > GROUP) return "";
  if (signs.length !== LENGTH) return lengthSlip(signs.length, payload);
  if (strange.length > 0) return strangeSlip(strange);
  return locate(signs.map((sign) => ALPHABET.indexOf(sign)));
}

function lengthSlip(count, payload) {
  const said = `Ce code a ${count} caractère${count > 1 ? "s" : ""}\u00a0: un code de chèque a 16 caractères.`;
  const groups = payload.split(SEPARATOR).filter(Boolean);
  const wrong = groups.flatMap((group, i) => (Array.from(group).length === GROUP ? [] : [i]));
  if (groups.length !== LENGTH / GROUP || wrong.length !== 1) return said;
  return `${said} Le ${ordinal(wrong[0] + 1)} groupe en compte ${Array.from(groups[wrong[0]]).length} au lieu de 4.`;
}

function strangeSlip(strange) {
  const groups = new Set(strange.map((at) => groupOf(at + 1)));
  if (groups.size > 1) {
    return "Plusieurs groupes contiennent un signe qui n’existe pas sur les chèques. Vérifiez les 16 caractères\u00a0: il n’y a ni 0, ni 1, ni I, ni O.";
  }
  return `Le ${ordinal([...groups][0])} groupe contient un signe qui n’existe pas sur les chèques. Vérifiez-le\u00a0: il n’y a ni 0, ni 1, ni I, ni O.`;
}

const SEVERAL = "Plusieurs caractères sont faux. Vérifiez les 16 caractères imprimés sur le chèque, groupe par groupe.";

// locate reads the two sums: a wrong symbol at p adds d to the first and p·d to
// the second; an inversion leaves the first alone.
function locate(symbols) {
  const { plain, weighted } = sums(symbols);
  if (plain !== 0) {
    for (let p = 1; p <= LENGTH; p++) {
      if (mod(p * plain) === weighted) return `Le ${ordinal(groupOf(p))} groupe contient une erreur. Comparez-le avec le chèque.`;
    }
    return SEVERAL;
  }
  return inversion(symbols, weighted) || turn(symbols) || SEVERAL;
}

function inversion(symbols, weighted) {
  const found = new Set();
  for (let p = 1; p < LENGTH; p++) {
    if (mod(symbols[p] - symbols[p - 1]) === weighted) found.add(`${groupOf(p)}-${groupOf(p + 1)}`);
  }
  if (found.size === 0) return "";
  if (found.size > 1) return "Deux caractères voisins semblent inversés. Comparez les quatre groupes avec le chèque.";
  const [first, second] = [...found][0].split("-").map(Number);
  if (first === second) return `Deux caractères semblent inversés dans le ${ordinal(first)} groupe. Comparez-le avec le chèque.`;
  return `Deux caractères semblent inversés entre la fin du ${ordinal(first)} groupe et le début du ${ordinal(second)}.`;
}

function turn(symbols) {
  const found = [];
  for (let a = 0; a < LENGTH / GROUP; a++) {
    for (let b = a + 1; b < LENGTH / GROUP; b++) {
      const turned = [...symbols];
      for (let i = 0; i < GROUP; i++) {
        turned[a * GROUP + i] = symbols[b * GROUP + i];
        turned[b * GROUP + i] = symbols[a * GROUP + i];
      }
      if (judge(turned) === "code") found.push(`Le ${ordinal(a + 1)} et le ${ordinal(b + 1)} groupe semblent inversés.`);
    }
  }
  return found.length === 1 ? found[0] : "";
}

const groupOf = (position) => Math.ceil(position / GROUP);
const ordinal = (n) => (n === 1 ? "1er" : `${n}e`);
