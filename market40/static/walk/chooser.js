// Which stall one stands at: those that are due first, in the order in which one walks; or by number.
import { isDue, toWalk } from "./list.js";
import { text } from "../texts.js";
import { day, named } from "./words.js";

const sheet = document.getElementById("stalls");
const find = document.getElementById("find");
const pick = document.getElementById("pick");
const MOST = 400;
let chosen = () => {};
let shown = { list: null, seen: {}, at: null };

const squeezed = (said) =>
  said.normalize("NFD").replace(/[\u0300-\u036f\s.-]/g, "").replace(/\u0111/gi, "d").toLowerCase();

function pill(stall) {
  const found = shown.seen[stall.id];
  const verdict = found ? found.verdict : stall.last?.verdict;
  const said = document.createElement("span");
  if (isDue(stall, shown.seen) && !found) {
    said.className = "muted small";
    said.textContent = stall.last ? day(stall.last.at) : text("last_none");
  } else if (verdict) {
    said.className = `pill ${{ match: "ok", unreadable: "wait" }[verdict] ?? "lost"}`;
    said.textContent = named(verdict);
  }
  return said;
}

function row(stall) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  const [number, name] = [document.createElement("b"), document.createElement("span")];
  number.textContent = stall.number;
  number.className = "num";
  name.textContent = stall.name;
  const zone = document.createElement("small");
  zone.textContent = stall.zone ?? "";
  name.append(zone);
  button.append(number, name, pill(stall));
  if (stall.id === shown.at) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => {
    sheet.close();
    chosen(stall);
  });
  item.append(button);
  return item;
}

function draw() {
  const asked = squeezed(find.value);
  const { list, seen } = shown;
  const number = (stall) => squeezed(stall.number);
  const fits = (stall) => number(stall).startsWith(asked) || squeezed(stall.name).includes(asked);
  const all = toWalk(list, seen);
  const found = asked
    ? list.stalls.filter(fits).sort((a, b) => number(b).startsWith(asked) - number(a).startsWith(asked))
    : all;
  pick.replaceChildren(...found.slice(0, MOST).map(row));
}

/** Open the sheet; `then(stall)` is called with what is chosen. */
export function chooseStall(state, then) {
  shown = state;
  chosen = then;
  find.value = "";
  draw();
  sheet.showModal();
  pick.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}

find.addEventListener("input", draw);
