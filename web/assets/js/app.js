// Everything here only makes pages that already work more comfortable.
import { createAll, Button, ErrorSummary, SkipLink } from "./govuk.js";
import { enhanceComboboxes } from "./combobox.js";
import { enhanceCopy, enhanceGuards, enhancePrint, enhanceScanners, enhanceSubmitOnChange, enhanceMenus, enhanceNav } from "./behaviours.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function enhance(scope) {
  for (const component of [Button, ErrorSummary]) {
    createAll(component, undefined, { scope, onError: () => {} });
  }
  enhanceComboboxes(scope);
  enhanceSubmitOnChange(scope);
  enhanceGuards(scope);
  enhanceScanners(scope);
}

createAll(SkipLink);
enhance(document);
enhanceCopy();
enhancePrint();
enhanceMenus();
enhanceNav();

// A swapped fragment gets the same comforts as a full page; what is already
// enhanced stays as it is.
document.addEventListener("htmx:after:swap", () => enhance(document));

// A browser that has scanned chèques keeps what the server has not heard yet.
if (localStorage.getItem("passnum-file") !== null) {
  import("./residue.js").then(({ enhanceSignOut }) => enhanceSignOut("/mediateur/file"));
}
