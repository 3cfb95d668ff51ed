// Words and figures as French readers expect them.

export function euros(cents) {
  return (cents / 100).toLocaleString("fr-FR", { style: "currency", currency: "EUR" });
}

export function count(n, one, many) { return `${n.toLocaleString("fr-FR")}\u00a0${n > 1 ? many : one}`; }

// chequeName is a chèque as its stub names it.
export function chequeName({ serial, rank }) {
  return serial ? `carnet …${serial.slice(-4)}, n°\u00a0${rank}` : "chèque";
}

// moment is a day and an hour: « 22 novembre à 14 h 05 ».
export function moment(iso) {
  const at = new Date(iso);
  const day = at.toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
  return `${day} à ${at.getHours()}\u00a0h\u00a0${String(at.getMinutes()).padStart(2, "0")}`;
}

// span says how far a clock is off, in the unit a person would use.
export function span(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 120) return count(minutes, "minute", "minutes");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, "heure", "heures") : count(Math.round(hours / 24), "jour", "jours");
}
