// Choosing services among 129: words narrow the list, a category ticks its own.

import { fold, matching } from "./service-search.js";

const root = document.querySelector("[data-entries]");
if (root) enhance(root);

function enhance(root) {
  const groups = [...root.querySelectorAll("details")].map(readGroup);
  const search = root.querySelector("[data-entries-search]");
  const said = root.querySelector("[data-entries-said]");
  search.hidden = false;
  const input = search.querySelector("input");
  const services = root.dataset.words.split("\n").map((line) => ({ n: Number.parseInt(line, 10), words: line.slice(line.indexOf(" ") + 1) }));
  input.addEventListener("input", () => narrow(groups, services, input.value, said));
  // Enter would send the whole form.
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  for (const group of groups) {
    group.details.addEventListener("change", (event) => follow(group, event.target));
  }
}

function readGroup(details) {
  const items = [...details.querySelectorAll("input[name=services]")].map((box) => {
    return { box, item: box.closest(".govuk-checkboxes__item") };
  });
  return { details, items, all: details.querySelector("input[name=categories]"), count: details.querySelector("[data-count]") };
}

// narrow shows the services that the text looks for, and opens where they are.
function narrow(groups, services, text, said) {
  const asked = fold(text).length > 0;
  const wanted = new Set((asked ? matching(services, text) : services).map((s) => s.n));
  let found = 0;
  for (const group of groups) {
    let here = 0;
    for (const { item, box } of group.items) {
      const matches = wanted.has(Number(box.value));
      item.hidden = !matches;
      if (matches) here++;
    }
    group.details.hidden = here === 0;
    group.details.open = asked && here > 0;
    found += here;
  }
  said.textContent = !asked ? "" : found === 0 ? "Aucun service ne correspond." : `${found} service${found > 1 ? "s" : ""}`;
}

// follow keeps the category's box and its count true.
function follow(group, box) {
  if (box === group.all) {
    for (const item of group.items) item.box.checked = box.checked;
  } else if (!box.checked && group.all) {
    group.all.checked = false;
  }
  const chosen = group.items.filter((item) => item.box.checked).length;
  group.count.textContent = `${chosen} sur ${group.items.length}`;
}
