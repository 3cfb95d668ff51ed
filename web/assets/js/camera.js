// The camera of the scanner: it stays open, reads five times a second at most,
// and forgets nobody's choice.
import { openDecoder } from "./decoder.js";

const BETWEEN_READS = 200;
const SAME_CODE = 3000;
const CHOSEN = "passnum-camera";

const TROUBLES = {
  NotAllowedError: "L’appareil photo n’est pas autorisé pour ce site. Autorisez-le dans le navigateur, ou tapez le code ci-dessous.",
  NotFoundError: "Aucun appareil photo sur cet appareil. Tapez le code ci-dessous, ou branchez une douchette.",
  NotReadableError: "L’appareil photo est pris par une autre application. Fermez-la et recommencez, ou tapez le code ci-dessous.",
  SecurityError: "Ce navigateur ne prête pas l’appareil photo à ce site. Tapez le code ci-dessous.",
};
const TROUBLE = "L’appareil photo ne démarre pas. Recommencez, ou tapez le code ci-dessous.";
const NO_DECODER = "Le lecteur de QR codes ne s’est pas chargé. Vérifiez le réseau et recommencez, ou tapez le code ci-dessous.";

// Camera shows what it sees in a video and tells every code through onRead,
// with the moment its picture was taken.
export class Camera {
  constructor(video, wasm, onRead) {
    this.video = video;
    this.wasm = wasm;
    this.onRead = onRead;
    this.seen = new Map();
    document.addEventListener("visibilitychange", () => this.follow());
  }

  get running() { return Boolean(this.stream); }

  // start opens a camera; it answers the French sentence of what went wrong, or
  // nothing.
  async start(device = localStorage.getItem(CHOSEN)) {
    this.stop();
    this.wanted = true;
    try {
      this.stream = await this.open(device);
    } catch (error) {
      this.wanted = false;
      return TROUBLES[error?.name] ?? TROUBLE;
    }
    if (device) localStorage.setItem(CHOSEN, device);
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {}); // stopped meanwhile
    try {
      this.decoder ??= await openDecoder(this.wasm);
    } catch {
      this.stop();
      return NO_DECODER;
    }
    this.turn = (this.turn ?? 0) + 1;
    this.watch(this.turn);
    return "";
  }

  async open(device) {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecurityError");
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const any = { video: { facingMode: { ideal: "environment" }, ...size }, audio: false };
    if (!device) return navigator.mediaDevices.getUserMedia(any);
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { deviceId: { exact: device }, ...size }, audio: false });
    } catch (error) {
      if (error?.name !== "OverconstrainedError" && error?.name !== "NotFoundError") throw error;
      localStorage.removeItem(CHOSEN); // unplugged since
      return navigator.mediaDevices.getUserMedia(any);
    }
  }

  stop() {
    this.wanted = false;
    this.pause();
  }

  pause() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.turn = (this.turn ?? 0) + 1;
  }

  // follow lends the camera to other applications while the page is hidden.
  follow() {
    if (document.hidden && this.stream) {
      this.pause();
      this.wanted = true;
    } else if (!document.hidden && this.wanted && !this.stream) {
      this.start();
    }
  }

  // watch reads the pictures one by one; an error in one does not stop the next.
  async watch(turn) {
    while (turn === this.turn) {
      const at = performance.now();
      if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        const text = await this.decoder.read(this.video).catch(() => null);
        if (turn === this.turn && text) this.tell(text, at);
      }
      await new Promise((resolve) => { setTimeout(resolve, Math.max(0, BETWEEN_READS - (performance.now() - at))); });
    }
  }

  // tell ignores a code for as long as it stays in view, and three seconds more.
  tell(text, at) {
    const last = this.seen.get(text) ?? -Infinity;
    this.seen.set(text, at);
    if (at - last >= SAME_CODE) this.onRead(text, at);
  }

  // choices lists the cameras, once one was allowed.
  async choices() {
    const devices = await navigator.mediaDevices?.enumerateDevices?.().catch(() => []) ?? [];
    return devices.filter((d) => d.kind === "videoinput" && d.deviceId !== "").map((d, i) => ({ id: d.deviceId, label: d.label || `Appareil photo ${i + 1}` }));
  }

  get current() { return this.stream?.getVideoTracks()[0].getSettings().deviceId ?? ""; }

  get hasTorch() { return Boolean(this.stream?.getVideoTracks()[0].getCapabilities?.().torch); }

  // light switches the lamp; it answers whether it is on.
  async light(on) {
    try {
      await this.stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
      return on;
    } catch {
      return false;
    }
  }
}
