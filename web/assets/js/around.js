// « Chercher autour de moi »: the browser asks the person; the position is
// rounded to the kilometre before it goes anywhere.
const root = document.querySelector("[data-around]");
const form = document.querySelector(".pn-filters");
const TIMEOUT_MS = 10_000;

if (root && form && navigator.geolocation) {
  const status = root.querySelector("[data-around-status]");
  const button = root.querySelector("[data-around-ask]");

  const go = ({ coords }) => {
    const asked = new URLSearchParams(new FormData(form));
    for (const name of ["commune", "commune_code", "ici"]) asked.delete(name);
    for (const [name, value] of [...asked]) if (value === "") asked.delete(name);
    asked.set("ici", [coords.latitude, coords.longitude].map((n) => n.toFixed(2)).join(","));
    location.assign(`${form.action.split("?")[0]}?${asked}`);
  };
  const refused = () => {
    button.disabled = false;
    status.textContent = "Votre navigateur n’a pas donné votre position. Tapez votre commune ou votre code postal.";
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    status.textContent = "Recherche de votre position…";
    navigator.geolocation.getCurrentPosition(go, refused, { timeout: TIMEOUT_MS, maximumAge: 300_000 });
  });
} else if (root) {
  root.hidden = true;
}
