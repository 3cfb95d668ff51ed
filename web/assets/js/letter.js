// Prints the letter once its fonts are there, when the address asks for it:
// ?imprimer=1, or #imprimer after a form.
if (new URLSearchParams(location.search).get("imprimer") === "1" || location.hash === "#imprimer") {
  addEventListener("load", async () => {
    await document.fonts.ready;
    print();
  });
}

// Once printed, one key goes on to the next person.
addEventListener("afterprint", () => document.querySelector(".pn-print-bar a")?.focus());
