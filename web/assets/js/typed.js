// What was typed, pasted or scanned, cut into codes; and codes set in groups of
// four while they are typed.
import { ALPHABET, LENGTH, read } from "./code.js";

const GLUED = /https?:\/\//gi;
const MOST_WORDS = 8;

const isCode = (text) => read(text).kind === "code";

// split finds the codes in a text: one a line, or several on a line. What is no
// code comes out as one text, to be refused as such.
export function split(text) {
  return text.replace(GLUED, "\n$&").split(/[\r\n]+/).filter((line) => line.trim() !== "").flatMap((line) => {
    if (isCode(line)) return [line];
    return splitLine(line.split(/[\s,;]+/).filter(Boolean));
  });
}

function splitLine(words) {
  const codes = [];
  let rest = [];
  const flush = () => {
    if (rest.length > 0) codes.push(rest.join(" "));
    rest = [];
  };
  for (let i = 0; i < words.length;) {
    const count = codeLength(words.slice(i, i + MOST_WORDS));
    if (count === 0) {
      rest.push(words[i++]);
      if (rest.join("").length >= LENGTH) flush();
      continue;
    }
    flush();
    codes.push(words.slice(i, i + count).join(" "));
    i += count;
  }
  flush();
  return codes;
}

function codeLength(words) {
  for (let n = 1; n <= words.length; n++) {
    if (isCode(words.slice(0, n).join(""))) return n;
  }
  return 0;
}

// grouped sets what is typed in groups of four, when it can only be one code: an
// address begins with letters that a code may have.
export function grouped(text) {
  const signs = text.toUpperCase().replace(/[\s-]/g, "");
  if (signs.startsWith("HTTP") || signs.length > LENGTH || [...signs].some((sign) => !ALPHABET.includes(sign))) return text;
  return signs.replace(/.{4}(?=.)/g, "$& ");
}

// progress says how far a typed code is: nothing while it is short.
export function progress(text) {
  const count = text.replace(/[\s-]/g, "").length;
  if (count < LENGTH || count > LENGTH) return null;
  const answer = read(text);
  return answer.kind === "code" ? { good: true, message: "Le code est bien tapé." } : { good: false, message: answer.message };
}
