// What the ear and the hand are told of each chèque.

const TONES = { // [frequency, start, length] in hertz and seconds
  good: [[880, 0, 0.09], [1320, 0.1, 0.14]],
  bad: [[220, 0, 0.18], [180, 0.22, 0.28]],
  warn: [[587, 0, 0.12], [587, 0.18, 0.12]],
  info: [[660, 0, 0.06]],
};
const SHAKES = { good: [60], bad: [120, 80, 200], warn: [60, 60, 60], info: [30] };

let audio = null;

// unlock lets the page make sounds: browsers want it done by a click.
export function unlock() {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Context) return;
  audio ??= new Context();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

// signal plays the tone and the shake of a verdict.
export function signal(tone) {
  navigator.vibrate?.(SHAKES[tone]);
  if (audio?.state !== "running") return;
  for (const [frequency, start, length] of TONES[tone]) play(frequency, audio.currentTime + start, length, tone === "bad" ? "square" : "sine");
}

function play(frequency, at, length, shape) {
  const oscillator = new OscillatorNode(audio, { frequency, type: shape });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.01);
  gain.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}
