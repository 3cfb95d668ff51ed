// Locks the screen of a shared computer when nobody has touched it for the delay
// its user chose; while somebody does, the server is told now and then, so that
// a long form is not lost to the lock.
const form = document.querySelector("form[data-lock]");
const TELL_EVERY_MS = 30_000;
const CHECK_EVERY_MS = 1_000;

if (form) {
  const after = Number(form.dataset.lock) * 1000;
  let touched = Date.now();
  let told = Date.now();

  const touch = () => {
    touched = Date.now();
    if (touched - told < Math.min(TELL_EVERY_MS, after / 3)) return;
    told = touched;
    fetch("/verrouillage/presence", { method: "POST", headers: { Accept: "application/json" } }).catch(() => {});
  };
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    document.addEventListener(event, touch, { passive: true });
  }
  // Asked by a script, so that without network the page stays as it is.
  let locking = false;
  const lock = async () => {
    if (locking) return;
    locking = true;
    try {
      await fetch(form.action, { method: "POST", redirect: "manual" });
      location.assign(`/verrouillage?suite=${encodeURIComponent(location.pathname + location.search)}`);
    } catch { // no network: tried again a little later
      locking = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    lock();
  });
  // Another page of the same computer may be in use.
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("passnum-presence") : null;
  channel?.addEventListener("message", () => { touched = Date.now(); });
  setInterval(() => {
    if (Date.now() - touched < CHECK_EVERY_MS) channel?.postMessage("");
    if (Date.now() - touched >= after) lock();
  }, CHECK_EVERY_MS);
}
