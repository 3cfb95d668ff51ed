// Choosing services among 129: words narrow the list, a category ticks its own.

const root = document.querySelector("[data-entries]");
if (root) enhance(root);

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[’']/g, " ");
}

function enhance(root) {
  const groups = [...root.querySelectorAll("details")].map(readGroup);
  const search = root.querySelector("[data-entries-search]");
  const said = root.querySelector("[data-entries-said]");
  search.hidden = false;
  const input = search.querySelector("input");
  input.addEventListener("input", () => narrow(groups, fold(input.value).split(/\s+/).filter(Boolean), said));
  // Enter would send the whole form.
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  for (const group of groups) {
    group.details.addEventListener("change", (event) => follow(group, event.target));
  }
}

function readGroup(details) {
  const items = [...details.querySelectorAll("input[name=services]")].map((box) => {
    const item = box.closest(".govuk-checkboxes__item");
    return { box, item, text: fold(item.textContent) };
  });
  return { details, items, all: details.querySelector("input[name=categories]"), count: details.querySelector("[data-count]") };
}

// narrow shows the services that hold every word, and opens where they are.
function narrow(groups, words, said) {
  let found = 0;
  for (const group of groups) {
    let here = 0;
    for (const { item, text } of group.items) {
      const matches = words.every((word) => text.includes(word));
      item.hidden = !matches;
      if (matches) here++;
    }
    group.details.hidden = here === 0;
    group.details.open = words.length > 0 && here > 0;
    found += here;
  }
  said.textContent = words.length === 0 ? "" : found === 0 ? "Aucun service ne correspond." : `${found} service${found > 1 ? "s" : ""}`;
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
