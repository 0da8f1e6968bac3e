// When what is read frame by frame may be called a finding: the same texts in two of three frames.
const LOOKED_AT = 3;
const NEEDED = 2;
const REMEMBERED = 6;
const GONE = 4; // frames without what was just judged, before it may be judged again

const key = (texts) => JSON.stringify([...texts].sort());

/**
 * Return `see(texts)`, which returns the texts that are steady or null, and `forget(judged)`.
 *
 * Several codes count only where one frame held them all; but where one of the last few frames
 * held more than is steady now, the fewer are not believed yet: a second code may be half hidden.
 * After `forget(judged)` those texts stay unheard until they have left the picture: the phone is
 * already at the next stall while the hand still holds it to the last one.
 */
export function steady() {
  let frames = [];
  let judged = null;
  let without = 0;

  function heard(texts) {
    if (judged === null) return true;
    without = texts.some((text) => judged.includes(text)) ? 0 : without + 1;
    if (without < GONE && key(texts) === key(judged)) return false;
    if (without >= GONE || texts.length > judged.length) judged = null;
    return true;
  }

  function see(said) {
    const texts = [...new Set(said)];
    if (!heard(texts)) return null;
    frames = [...frames, texts].slice(-REMEMBERED);
    const recent = frames.slice(-LOOKED_AT).filter((one) => one.length);
    const found = recent.find(
      (one) => recent.filter((other) => key(other) === key(one)).length >= NEEDED,
    );
    if (!found) return null;
    const more = frames.filter((one) => one.length > found.length);
    if (!more.length) return found;
    const again = more.filter((one) => key(one) === key(more.at(-1)));
    return again.length >= NEEDED ? again[0] : null;
  }

  function forget(texts = null) {
    frames = [];
    judged = texts;
    without = 0;
  }

  return { see, forget };
}
