// Says how many carnets remain to share out, as numbers are typed; the server
// says it again when the form is sent.
const form = document.querySelector("[data-allocation]");

if (form) {
  const total = Number(form.dataset.allocation);
  const line = form.querySelector("[data-allocation-left] strong");
  const number = new Intl.NumberFormat("fr-FR");
  const carnets = (n) => `${number.format(n)}\u00a0${n > 1 ? "carnets" : "carnet"}`;

  const words = (left) => {
    if (left > 0) return `Reste à répartir\u00a0: ${carnets(left)}`;
    if (left < 0) return `En trop\u00a0: ${carnets(-left)}`;
    return "Tout est réparti";
  };

  form.addEventListener("input", () => {
    let given = 0;
    for (const field of form.querySelectorAll('input[name^="part_"]')) {
      given += Number.parseInt(field.value.replace(/\s/g, ""), 10) || 0;
    }
    line.textContent = words(total - given);
  });
}
