// The chime and the buzz. A browser lets a page sound only after the first touch on it.
let context = null;

/** Whether the chime can be heard now. */
export function audible() {
  return context !== null && context.state === "running";
}

/** Make the sound ready; to be called from a touch or a key. Resolves to whether it is. */
export async function unlock() {
  try {
    context = context || new AudioContext();
    if (context.state !== "running") await context.resume();
  } catch {
    return false; // no sound on this phone: the screen still says it all
  }
  return audible();
}

function note(hertz, at, seconds) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = "triangle";
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.9, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + seconds);
}

// Rising for money that is whole, falling for money that is not: two who do not look tell them apart.
const TUNES = {
  ok: [[659, 0], [880, 0.16], [1319, 0.32]],
  wait: [[523, 0], [392, 0.25], [523, 0.5], [392, 0.75]],
  lost: [[330, 0], [262, 0.18], [330, 0.36], [262, 0.54], [196, 0.72]],
};
const BUZZES = { ok: [180, 80, 180], wait: [500, 150, 500], lost: [400, 100, 400, 100, 400] };

/** Sound and buzz for "ok" (all is well), "wait" (something is missing) or "lost" (an alarm). */
export function chime(kind) {
  if (navigator.vibrate && navigator.userActivation?.hasBeenActive !== false) {
    navigator.vibrate(BUZZES[kind]);
  }
  if (!audible()) return;
  for (const [hertz, after] of TUNES[kind]) note(hertz, context.currentTime + after, 0.6);
}
