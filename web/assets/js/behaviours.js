const COPIED_FOR_MS = 2500;

// once keeps a fragment that is enhanced twice from listening twice.
function once(scope, selector, act) {
  for (const element of scope.querySelectorAll(selector)) {
    if (element.dataset.enhanced) continue;
    element.dataset.enhanced = "true";
    act(element);
  }
}

// enhanceCopy makes [data-copy] buttons copy their text and say so.
export function enhanceCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const status = button.querySelector("[data-copy-status]");
    const said = status.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = "Copié";
    } catch {
      status.textContent = "Copie impossible : sélectionnez le texte";
    }
    setTimeout(() => { status.textContent = said; }, COPIED_FOR_MS);
  });
}

// enhancePrint makes [data-print] buttons print, and opens every <details>
// on paper, where nobody can click.
export function enhancePrint() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("main details:not([open])")) {
      details.open = true;
      details.dataset.openedForPrint = "true";
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll("details[data-opened-for-print]")) {
      details.open = false;
      delete details.dataset.openedForPrint;
    }
  });
}

// enhanceGuards asks before leaving a form[data-guard] with unsent changes.
export function enhanceGuards(scope) {
  once(scope, "form[data-guard]", (form) => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed && form.isConnected) event.preventDefault();
    });
  });
}

// enhanceSubmitOnChange sends form[data-submit-on-change] as soon as a choice
// changes; its button stays for those who have no script.
export function enhanceSubmitOnChange(scope) {
  once(scope, "form[data-submit-on-change]", (form) => {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=radio], input[type=checkbox]")) form.requestSubmit();
    });
  });
}

// enhanceScanners keeps the cursor in [data-scanner]: a USB scanner types
// wherever the cursor is.
export function enhanceScanners(scope) {
  once(scope, "[data-scanner]", (input) => {
    input.focus({ preventScroll: true });
    input.select();
  });
}

// enhanceNav brings the current tab into view where the row of tabs slides.
export function enhanceNav() {
  for (const list of document.querySelectorAll(".pn-nav__list")) {
    const current = list.querySelector("[aria-current]");
    if (current) list.scrollLeft = current.offsetLeft - list.clientWidth / 3;
  }
}

// enhanceMenus closes an open [data-menu] on Escape and on a click elsewhere.
export function enhanceMenus() {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
