// Prints the letter once its fonts are there, when the address asks for it:
// ?imprimer=1, or #imprimer after a form.
if (new URLSearchParams(location.search).get("imprimer") === "1" || location.hash === "#imprimer") {
  addEventListener("load", async () => {
    await document.fonts.ready;
    print();
  });
}
