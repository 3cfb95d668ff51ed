// Who is expected at an atelier: each carnet is ticked once a chèque of it is in
// the basket.
const list = document.querySelector("[data-expected]");

export function tickExpected(items) {
  if (!list) return;
  const scanned = new Set(items.filter((item) => item.state === "valid").map((item) => item.answer?.serial));
  for (const line of list.querySelectorAll("[data-serial]")) {
    const came = line.dataset.came !== undefined;
    const here = scanned.has(line.dataset.serial);
    line.querySelector("[data-word]").textContent = here ? "scanné" : came ? "venu" : "attendu";
    line.classList.toggle("pn-expected--here", here || came);
  }
}
