// A USB scanner types like a very fast hand, wherever the cursor is. What it
// types is taken out of there and told as a scan.

const FAST = 60; // milliseconds between two keys that no hand keeps up
const SILENCE = 120; // after which a scanner that sends no Enter has finished
const SHORTEST = 8;

const ECHO = 500; // within which an Enter still belongs to the burst

// listenToScanners tells each burst of keys; field is where a hand types codes.
// In another field only what isScan knows is taken for a burst.
export function listenToScanners(field, isScan, onScan) {
  let burst = null;
  let ended = -Infinity;

  const finish = () => {
    if (!burst) return false;
    const { text, target, before, timer } = burst;
    clearTimeout(timer);
    burst = null;
    if (text.length < SHORTEST || (target !== field && !isScan(text))) return false;
    if (before !== null) target.value = before;
    ended = performance.now();
    onScan(text);
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const now = event.timeStamp;
    const quick = burst && now - burst.last < FAST;
    if (event.key === "Enter" || event.key === "Tab") {
      // Neither the form nor the button under the cursor asked for it.
      if ((quick && finish()) || (!burst && now - ended < ECHO && field.value === "")) {
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    if ([...event.key].length !== 1) return; // Shift and the like
    if (!quick) burst = begin(event, field);
    burst.text += event.key;
    burst.last = now;
    clearTimeout(burst.timer);
    burst.timer = setTimeout(finish, SILENCE);
  }, true);
}

// begin remembers the field as it was; keys that fall on no field go to ours.
function begin(event, field) {
  let target = event.target;
  if (!editable(target)) {
    if (event.key === " ") return { text: "", target, before: null }; // it presses buttons and scrolls
    if (field.isConnected && field.checkVisibility()) field.focus();
    target = field;
  }
  return { text: "", target, before: target.value };
}

function editable(element) {
  return element.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button], [type=file])") ?? false;
}
