// Amounts as people read and hear them: what core/words.py and core/money.py say, to the letter.
const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

function unitAfterTen(ten, unit) {
  if (unit === 0) return [];
  if (unit === 5) return ["lăm"];
  if (ten > 1 && unit === 1) return ["mốt"];
  if (ten > 1 && unit === 4) return ["tư"];
  return [DIGITS[unit]];
}

function group(value, leading) {
  const hundreds = Math.floor(value / 100);
  const ten = Math.floor(value / 10) % 10;
  const unit = value % 10;
  const words = hundreds || !leading ? [DIGITS[hundreds], "trăm"] : [];
  if (ten === 0) {
    if (unit && words.length) words.push("linh");
    return unit ? [...words, DIGITS[unit]] : words;
  }
  words.push(...(ten === 1 ? ["mười"] : [DIGITS[ten], "mươi"]));
  return [...words, ...unitAfterTen(ten, unit)];
}

function underMilliard(n, leading) {
  const words = [];
  const groups = [
    [Math.floor(n / 1e6), "triệu"],
    [Math.floor(n / 1e3) % 1000, "nghìn"],
    [n % 1000, ""],
  ];
  for (const [value, name] of groups) {
    if (value === 0) continue;
    words.push(...group(value, leading));
    if (name) words.push(name);
    leading = false;
  }
  return words;
}

/** 50000 → "năm mươi nghìn đồng"; whole dong from 0 to 10^15. */
export function inWords(n) {
  if (n === 0) return "không đồng";
  const milliards = Math.floor(n / 1e9);
  const words = milliards ? [...underMilliard(milliards, true), "tỷ"] : [];
  words.push(...underMilliard(n % 1e9, !milliards));
  return `${words.join(" ")} đồng`;
}

/** 50000 → "50.000 ₫", with a no-break space. */
export function vnd(n) {
  return `${String(n).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0₫`;
}
