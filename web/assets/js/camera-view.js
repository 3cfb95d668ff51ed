// The camera's place on the scanner's page: its buttons, its lamp, its choice.
import { Camera } from "./camera.js";
import { unlock } from "./signals.js";

const ON = "passnum-camera-on"; // this tab was scanning with the camera

// showCamera offers the camera and tells every code through onRead.
export function showCamera(root, wasm, onRead) {
  const part = (name) => root.querySelector(`[data-camera-${name}]`);
  const camera = new Camera(root.querySelector("video"), wasm, onRead);
  const list = part("choice").querySelector("select");

  const show = (on) => {
    part("start").hidden = on;
    part("view").hidden = part("stop").hidden = !on;
    part("torch").hidden = !on || !camera.hasTorch;
    part("torch").setAttribute("aria-pressed", "false");
  };

  const open = async (device) => {
    unlock();
    part("start").disabled = true;
    part("said").textContent = "";
    part("view").hidden = false;
    const trouble = await camera.start(device);
    part("start").disabled = false;
    part("said").textContent = trouble;
    show(trouble === "");
    if (trouble) return;
    sessionStorage.setItem(ON, "1");
    root.dataset.decoder = camera.decoder.name;
    const cameras = await camera.choices();
    part("choice").hidden = cameras.length < 2;
    list.replaceChildren(...cameras.map((c) => new Option(c.label, c.id, false, c.id === camera.current)));
  };

  part("start").addEventListener("click", () => open());
  part("stop").addEventListener("click", () => {
    camera.stop();
    sessionStorage.removeItem(ON);
    show(false);
    part("choice").hidden = true;
    part("start").focus();
  });
  part("torch").addEventListener("click", async () => {
    const on = await camera.light(part("torch").getAttribute("aria-pressed") !== "true");
    part("torch").setAttribute("aria-pressed", String(on));
  });
  list.addEventListener("change", () => open(list.value));
  root.hidden = false;
  resume(open);
}

// resume starts the next séance of a row with the camera as it was left.
async function resume(open) {
  if (sessionStorage.getItem(ON) !== "1") return;
  const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  if (allowed?.state === "granted") open();
}
