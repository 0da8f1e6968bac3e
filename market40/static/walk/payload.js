// Reads a payload as market40/vietqr does: tlv.py, reader.py by NAPAS's profile, canonical.py, and
// paid_by of merchants/domain/inspection.py. Lengths count characters, so a text is read as an
// array of code points. tests/browser/test_walk_rules.py holds both to the same answers.
import { crc } from "./crc.js";
import { read } from "./tlv.js";

const MOST = 512;
const LEAST = 12;
const GUID = "A000000727";
const ROOT = new Set(["01", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61"]);
const NAMED = {
  26: ["00", "01"],
  62: ["01", "02", "03", "04", "05", "06", "07", "08", "09"],
  64: ["00", "01", "02"],
};
const LONGEST = { 56: 13, 57: 5, 60: 15, 61: 10 }; // 59 and 62 are held loosely in the field
const BIN = /^[0-9]{6}$/;
const UNSEEN = /[^!-~]+/g; // blanks, controls, marks that no screen shows
const WALLET = /^(?:2\|99\||(?:.*[/.])?(?:momo\.vn|zalopay\.vn|dl\.vietqr\.io)(?:[/:?#]|$))/;

const first = (elements) => {
  const found = {};
  for (const { tag, value } of elements) found[tag] ??= value.join("");
  return found;
};
const last = (elements) => Object.fromEntries(elements.map((one) => [one.tag, one.value.join("")]));
const inner = (value = "") => read(Array.from(value));
const whole = (letters) =>
  letters.length >= LEAST && letters.length <= MOST && !/\p{Surrogate}/u.test(letters.join(""));

/** Whether a text is, or sets out to be, a code to pay by. */
export function isPayment(text) {
  const bare = text.replace(UNSEEN, "");
  if (bare.startsWith("0002") || bare.toUpperCase().includes(GUID)) return true;
  if (WALLET.test(bare.toLowerCase())) return true;
  const letters = Array.from(text);
  if (!whole(letters)) return false;
  const parts = first(read(letters).elements);
  if (Object.keys(parts).some((tag) => ROOT.has(tag))) return true;
  for (const [tag, names] of Object.entries(NAMED)) {
    if (inner(parts[tag]).elements.some((one) => names.includes(one.tag))) return true;
  }
  const napas = last(inner(parts["38"]).elements);
  const who = inner(napas["01"]).elements;
  return "00" in napas || "02" in napas || who.some(({ tag }) => tag === "00" || tag === "01");
}

function amountHolds(value) {
  const said = /^([0-9]+)(?:\.([0-9]*))?$/.exec(value);
  if (!said || Array.from(value).length > 13) return false;
  const decimals = said[2] ?? "";
  return !/[1-9]/.test(decimals) && /[1-9]/.test(said[1]);
}

function tipHolds(parts) {
  const says = parts["55"];
  if (says === undefined) return !("56" in parts) && !("57" in parts);
  if (!["01", "02", "03"].includes(says)) return false;
  return (says === "02") === "56" in parts && (says === "03") === "57" in parts;
}

function receiverHolds(value) {
  const template = inner(value);
  const parts = last(template.elements);
  const account = inner(parts["01"]);
  const who = last(account.elements);
  return (
    !template.faulty &&
    !account.faulty &&
    parts["00"] === GUID &&
    BIN.test(who["00"] ?? "") &&
    /^[A-Za-z0-9]{1,19}$/.test(who["01"] ?? "")
  );
}

function namesHold(value) {
  const template = inner(value);
  const parts = last(template.elements);
  const length = (tag) => Array.from(parts[tag] ?? "").length;
  if (template.faulty || !("00" in parts) || !("01" in parts)) return false;
  return length("00") === 2 && length("01") <= 25 && length("02") <= 15;
}

function rootHolds(parts) {
  if (parts["00"] !== "01" || parts["53"] !== "704" || parts["58"] !== "VN") return false;
  if ("01" in parts && !["11", "12"].includes(parts["01"])) return false;
  if ("52" in parts && !/^[0-9]{4}$/.test(parts["52"])) return false;
  for (const [tag, most] of Object.entries(LONGEST)) {
    if (Array.from(parts[tag] ?? "").length > most) return false;
  }
  if ("54" in parts && !amountHolds(parts["54"])) return false;
  return tipHolds(parts) && Object.keys(parts).some((tag) => tag >= "02" && tag <= "51");
}

// A template of others that begins with an identifier in 00 is one to its end.
function wholeIfNamed(value) {
  const begins = /^00([0-9]{2})/.exec(value);
  const size = begins ? Number(begins[1]) : 0;
  return !size || Array.from(value).length < size + 4 || !inner(value).faulty;
}

function othersHold(parts) {
  const more = inner(parts["62"]).elements.filter(({ tag }) => tag >= "50");
  return (
    more.every(({ value }) => wholeIfNamed(value.join(""))) &&
    Object.entries(parts).every(
      ([tag, value]) =>
        tag === "38" || tag < "27" || (tag > "51" && tag < "80") || wholeIfNamed(value),
    )
  );
}

function valid(letters) {
  if (!whole(letters)) return false;
  const { elements, faulty } = read(letters);
  if (faulty || elements[0].tag !== "00" || elements.at(-1).tag !== "63") return false;
  const given = letters.slice(-4).join("");
  const before = letters.slice(0, -4).join("");
  if (!before.endsWith("6304") || !/^[0-9A-Fa-f]{4}$/.test(given)) return false;
  if (crc(before) !== given.toUpperCase()) return false;
  const parts = first(elements);
  if (!rootHolds(parts)) return false;
  if (!othersHold(parts)) return false;
  if ("26" in parts && inner(parts["26"]).faulty) return false;
  if ("38" in parts && !receiverHolds(parts["38"])) return false;
  if ("62" in parts && inner(parts["62"]).faulty) return false;
  return !("64" in parts) || namesHold(parts["64"]);
}

const write = (tag, letters) => tag + String(letters.length).padStart(2, "0") + letters.join("");
const byTag = (one, other) => (one.tag < other.tag ? -1 : 1);
const isOrdered = (path) =>
  (path >= "26" && path <= "51" && path.length === 2) || ["38.01", "62", "64"].includes(path);

function ordered(path, letters) {
  const { elements, faulty } = read(letters);
  if (!isOrdered(path) || faulty) return letters;
  const parts = elements.sort(byTag);
  return Array.from(
    parts.map((one) => write(one.tag, ordered(`${path}.${one.tag}`, one.value))).join(""),
  );
}

function plainAmount(letters) {
  const [money, fraction = ""] = letters.join("").split(".");
  const rest = fraction.replace(/0+$/, "");
  return Array.from((money.replace(/^0+/, "") || "0") + (rest ? `.${rest}` : ""));
}

/** The one form of a valid payload, null for one that is not valid. */
export function form(text) {
  const letters = Array.from(text.replace(/[\r\n]+$/, ""));
  if (!valid(letters)) return null;
  const parts = read(letters).elements.filter((one) => one.tag !== "63").sort(byTag);
  const said = parts.map(({ tag, value }) =>
    write(tag, tag === "54" ? plainAmount(value) : ordered(tag, value)),
  );
  const body = `${said.join("")}6304`;
  return body + crc(body);
}

/** Whether a payload states an amount, which no code on a stall does. */
export function statesAmount(text) {
  return read(Array.from(text)).elements.some((one) => one.tag === "54");
}

const isTemplate = (tag) => (tag >= "02" && tag <= "51") || (tag >= "80" && tag <= "99");

function collect(letters, depth) {
  const { elements } = read(letters);
  const held = last(elements);
  if (BIN.test(held["00"] ?? "") && /^[0-9A-Za-z]+$/.test(held["01"] ?? "")) {
    return [held["00"], held["01"]];
  }
  if (depth === 1) return null;
  for (const one of elements) {
    const found = collect(one.value, depth - 1);
    if (found) return found;
  }
  return null;
}

/** [BIN, number] whom a payload pays, VietQR's own template first; null where it does not say. */
export function paid(text) {
  const { elements } = read(Array.from(text).slice(0, MOST));
  for (const own of [true, false]) {
    for (const { tag, value } of elements) {
      const found = (tag === "38") === own && isTemplate(tag) && collect(value, 2);
      if (found) return found;
    }
  }
  return null;
}
