// Money that has come: a full screen for one, a list for several; each running number once.
// While the vendor is typing it is a banner that leaves the keys alone; touched, it fills the screen.
import { chime } from "./sound.js";
import { counted, text } from "./texts.js";
import { inWords, vnd } from "./words.js";

const screen = document.getElementById("arrival");
const one = document.getElementById("arrival-one");
const many = document.getElementById("arrival-many");
const strip = document.getElementById("came");
const banner = document.getElementById("banner");
const acts = screen.querySelectorAll(".acts button");
const STRAY_MS = 700; // a finger on its way to what lay below still lands: it presses nothing
let waiting = []; // shown and not yet put away by the vendor
let putAway = () => {};
let typing = () => false;
let ready = 0;

const put = (root, name, said) => {
  const place = root.querySelector(`[data-${name}]`);
  place.textContent = said;
  place.hidden = !said;
};

const LONG = 8; // digits and dots that the largest size has room for on a small phone

function money(root, amount_vnd) {
  const place = root.querySelector(".money");
  put(root, "amount", vnd(amount_vnd));
  place.classList.toggle("long", place.textContent.length - 2 > LONG);
}

const whole = (arrival) => arrival.kind === "received";
const ordinal = (arrival) => (arrival.number ? String(arrival.number) : "");

function heading(arrival) {
  return text(whole(arrival) ? "received" : "under");
}

function showOne(arrival) {
  put(one, "title", heading(arrival));
  money(one, arrival.amount_vnd);
  put(one, "words", inWords(arrival.amount_vnd));
  put(one, "number", ordinal(arrival));
  one.querySelector("[data-seq]").hidden = !arrival.number;
  put(one, "when", `${arrival.day_words} · ${arrival.time}`);
  const missing = { amount: vnd(arrival.missing_vnd) };
  put(one, "missing", arrival.missing_vnd ? text("missing", missing) : "");
  put(one, "note", arrival.note);
}

const kind = () => (waiting.every(whole) ? "ok" : "wait");
const sum = () => waiting.filter(whole).reduce((total, arrival) => total + arrival.amount_vnd, 0);

function showMany() {
  put(many, "title", counted("several", waiting.length));
  money(many, sum());
  const rows = waiting.map((arrival) => {
    const row = document.getElementById("arrival-row").content.cloneNode(true);
    row.firstElementChild.className = whole(arrival) ? "ok" : "wait";
    put(row, "number", ordinal(arrival) || "–");
    put(row, "when", arrival.today ? arrival.time : `${arrival.day_words} · ${arrival.time}`);
    put(row, "amount", vnd(arrival.amount_vnd));
    const missing = { amount: vnd(arrival.missing_vnd) };
    put(row, "title", whole(arrival) ? "" : text("row_missing", missing));
    return row;
  });
  many.querySelector("ol").replaceChildren(...rows);
}

function deaf(whether) {
  for (const button of acts) button.disabled = whether;
  if (!whether) acts[acts.length - 1].focus();
}

function fill() {
  const alone = waiting.length === 1;
  strip.hidden = true;
  one.hidden = !alone;
  many.hidden = alone;
  screen.className = alone ? kind() : `several ${kind()}`;
  if (alone) showOne(waiting[0]);
  else showMany();
  deaf(true);
  clearTimeout(ready);
  ready = setTimeout(deaf, STRAY_MS, false);
  if (!screen.open) screen.showModal();
}

function title() {
  if (waiting.length > 1) return counted("several", waiting.length);
  const [{ missing_vnd }] = waiting;
  return missing_vnd ? text("row_missing", { amount: vnd(missing_vnd) }) : heading(waiting[0]);
}

function showBanner() {
  const amount = waiting.length > 1 ? sum() : waiting[0].amount_vnd;
  const numbers = waiting.map(ordinal).filter(Boolean);
  put(banner, "title", title());
  money(banner, amount);
  put(banner, "words", inWords(amount));
  put(banner, "number", [...new Set([numbers[0], numbers.at(-1)])].join("–"));
  banner.querySelector("[data-seq]").hidden = !numbers.length;
  banner.className = kind();
  strip.hidden = false;
}

/** Show these after those that still stand there; `day` and `seq` make one the same as another. */
export function arrived(arrivals) {
  const known = new Set(waiting.map((arrival) => `${arrival.day}/${arrival.seq}`));
  const fresh = arrivals.filter((arrival) => !known.has(`${arrival.day}/${arrival.seq}`));
  if (!fresh.length) return;
  waiting = [...waiting, ...fresh];
  if (!screen.open && typing()) showBanner();
  else fill();
  chime(kind());
}

/** Whether something stands on the screen that the vendor has not put away. */
export function standing() {
  return waiting.length > 0;
}

/** Call `then(arrivals)` each time the vendor puts the screen away. */
export function whenPutAway(then) {
  putAway = then;
}

/** Give the banner instead of the full screen wherever `then()` says that the vendor is typing. */
export function whileTyping(then) {
  typing = then;
}

banner.addEventListener("click", fill);
screen.addEventListener("cancel", (event) => {
  if (acts[0].disabled) event.preventDefault();
});
screen.addEventListener("close", () => {
  const seen = waiting;
  waiting = [];
  putAway(seen);
});
screen.addEventListener("click", (event) => {
  const act = event.target.closest("button")?.value;
  if (act === "again") chime(kind());
  if (act === "done") screen.close();
});
