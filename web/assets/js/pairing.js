// The pairing code comes in the address's fragment, which the server never sees;
// it is put in the form and leaves the address, hence the history.
const code = decodeURIComponent(location.hash.slice(1));
const field = document.querySelector("#associer [name=code]");
if (code && field) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  field.form.querySelector("button[type=submit]")?.focus();
}
