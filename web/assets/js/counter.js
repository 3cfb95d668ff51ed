// Comforts of the counter's work screen. A scanner types wherever the cursor is:
// signs typed outside a field belong to the carnet's, so that scanning the next
// carnet always begins it, and its Enter never presses a button.
const field = document.querySelector("#carnet");

function types(event) {
  return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
}

function takesText(element) {
  return element.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

if (field) {
  document.addEventListener("keydown", (event) => {
    if (!types(event) || takesText(event.target)) return;
    field.focus({ preventScroll: true });
    field.select();
  });
}

// The letter to post was the answer to a form that held an address: leaving it
// takes its place in the history, so that « back » does not send the form again.
const forget = document.querySelector("[data-forget]");
const next = document.querySelector(".pn-print-bar a");
if (forget && next) {
  next.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(next.href);
  });
}
