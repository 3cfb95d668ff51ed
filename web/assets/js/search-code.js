// A chèque's code typed in the search goes to its own field, which is sent out of
// the address. The server does the same for who has no script.
const form = document.querySelector(".pn-filters");
const code = document.querySelector("input[name=code]");
const CODE = /^[2-9BCDFGHJKNPRSTVX]{16}$/i;

if (form && code) {
  form.addEventListener("submit", (event) => {
    for (const field of form.querySelectorAll("input[type=text], input:not([type])")) {
      if (!CODE.test(field.value.replace(/[\s.-]/g, ""))) continue;
      event.preventDefault();
      code.value = field.value;
      field.value = "";
      code.closest("details").open = true;
      code.focus();
      return;
    }
  });
}
