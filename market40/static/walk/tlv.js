// Tag, length, value, as market40/vietqr/tlv.py reads one level of a payload.
const PAIR = /^[0-9]{2}$/;

/** The elements of one level up to the first broken one, and whether anything is wrong. */
export function read(letters) {
  const elements = [];
  const seen = new Set();
  let faulty = false;
  for (let at = 0; at < letters.length; ) {
    const tag = letters.slice(at, at + 2).join("");
    const length = letters.slice(at + 2, at + 4).join("");
    const end = at + 4 + Number(length);
    if (letters.length - at < 4 || !PAIR.test(tag) || !PAIR.test(length) || end > letters.length) {
      return { elements, faulty: true };
    }
    if (length === "00" || seen.has(tag)) faulty = true;
    seen.add(tag);
    elements.push({ tag, value: letters.slice(at + 4, end) });
    at = end;
  }
  return { elements, faulty };
}
