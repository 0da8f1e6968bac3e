// Amounts as people read and hear them: what core/words.py, core/words_en.py and core/money.py say,
// to the letter, in the page's language.
const ENGLISH = document.documentElement.lang === "en";
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

const UNDER_TWENTY = [
  "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
  "nineteen",
];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS = [
  [1e15, " quadrillion"], [1e12, " trillion"], [1e9, " billion"], [1e6, " million"],
  [1e3, " thousand"], [1, ""],
];

function englishGroup(value) {
  const parts = value < 100 ? [] : [`${UNDER_TWENTY[Math.floor(value / 100)]} hundred`];
  const rest = value % 100;
  const unit = rest % 10;
  if (rest >= 20) parts.push(TENS[Math.floor(rest / 10) - 2] + (unit ? `-${UNDER_TWENTY[unit]}` : ""));
  else if (rest) parts.push(UNDER_TWENTY[rest]);
  return parts.join(" and ");
}

function inEnglish(n) {
  const words = [];
  for (const [size, name] of GROUPS) {
    const value = Math.floor(n / size) % 1000;
    if (!value) continue;
    if (size === 1 && words.length && value < 100) words.push("and");
    words.push(englishGroup(value) + name);
  }
  return `${words.join(" ") || UNDER_TWENTY[0]} dong`;
}

/** 50000 → "năm mươi nghìn đồng", in English "fifty thousand dong"; whole dong from 0 to 10^15. */
export function inWords(n) {
  if (ENGLISH) return inEnglish(n);
  if (n === 0) return "không đồng";
  const milliards = Math.floor(n / 1e9);
  const words = milliards ? [...underMilliard(milliards, true), "tỷ"] : [];
  words.push(...underMilliard(n % 1e9, !milliards));
  return `${words.join(" ")} đồng`;
}

/** 50000 → "50.000 ₫", in English "50,000 ₫", with a no-break space. */
export function vnd(n) {
  return `${String(n).replace(/\B(?=(\d{3})+$)/g, ENGLISH ? "," : ".")}\u00a0₫`;
}
