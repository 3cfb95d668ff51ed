// A USB scanner types like a very fast hand, wherever the cursor is. What it
// types is taken out of there and told as a scan.

const SILENCE = 250; // milliseconds after which a scanner without Enter has finished
const FAST = 80; // between two keys on average: no hand keeps that up
const SHORTEST = 8;
const ECHO = 500; // within which an Enter still belongs to the burst

// listenToScanners tells each burst of keys that kindOf knows ("code", "other" for
// another known thing, or nothing); field is where a hand types codes, and where
// anything else is left. Without Enter only a code is taken: half an address
// would pass for a whole one. It answers a function that
// tells whether a scan has just ended.
export function listenToScanners(field, kindOf, onScan) {
  let burst = null;
  let ended = -Infinity;

  const justEnded = () => performance.now() - ended < ECHO;

  const finish = (entered) => {
    if (!burst) return false;
    const { text, target, before, timer, begun, last } = burst;
    clearTimeout(timer);
    burst = null;
    if (text.length < SHORTEST || (last - begun) / (text.length - 1) > FAST) return false;
    // A scanner that stuttered left the beginning where it types: the end of an
    // address would pass for a code of this site.
    const known = (value) => (entered ? kindOf(value) !== "" : kindOf(value) === "code");
    const stuttered = before !== "" && known(target.value);
    const whole = stuttered || !known(text) ? target.value : text;
    if (!known(whole)) return false;
    target.value = whole === text ? before : "";
    ended = performance.now();
    onScan(whole);
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const now = event.timeStamp;
    const going = burst && now - burst.last < SILENCE;
    if (event.key === "Enter" || event.key === "Tab") {
      // Neither the form nor the button under the cursor asked for it.
      if ((going && finish(true)) || (!burst && justEnded() && field.value === "")) {
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    if ([...event.key].length !== 1) return; // Shift and the like
    if (!going) {
      clearTimeout(burst?.timer);
      burst = begin(event, field);
      if (!burst) return;
    }
    burst.text += event.key;
    burst.last = now;
    clearTimeout(burst.timer);
    burst.timer = setTimeout(() => finish(false), SILENCE);
  }, true);
  return justEnded;
}

// begin remembers the field as it was; keys that fall on no field go to ours.
function begin(event, field) {
  let target = event.target;
  if (!editable(target)) {
    if (event.key === " ") return null; // it presses buttons and scrolls
    field.focus();
    target = field;
  }
  return { text: "", target, before: target.value, begun: event.timeStamp, last: event.timeStamp };
}

function editable(element) {
  return element.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button], [type=file])") ?? false;
}
