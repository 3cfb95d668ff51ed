// Signing out of a browser that has scanned: nothing unsent may be lost, and
// nothing of the person may stay.
import { held, wipe } from "./vault.js";

// enhanceSignOut guards every sign-out form; queuePage explains what to do.
export function enhanceSignOut(queuePage) {
  for (const form of document.querySelectorAll('form[action="/deconnexion"]')) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (held() > 0) {
        location.assign(`${queuePage}?sortie=1`);
        return;
      }
      await wipe();
      form.submit();
    });
  }
}
