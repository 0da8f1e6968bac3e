// The verdict fills the screen: colour, sign, words, buzz and sound; green goes on by itself.
import { chime } from "../sound.js";
import { text } from "../texts.js";
import { lines, named, why } from "./words.js";

const GOES_ON_MS = 1_500;
const KINDS = { match: "ok", unreadable: "wait" };
const screen = document.getElementById("result");
const place = (name) => screen.querySelector(`[data-${name}]`);
let timer = 0;
let answer = () => {};

function put(name, said) {
  place(name).textContent = said;
  place(name).hidden = !said;
}

/**
 * Show a frame's verdict at a stall; resolves to whether it is taken as it is ("Ghi nhận"), false
 * for a new scan. `next` is the number of the stall that comes then, null where none is due;
 * `recorded` says that the server has it already.
 */
export function showResult(frame, { stall, next, recorded = false }) {
  const kind = KINDS[frame.verdict] ?? "lost";
  screen.firstElementChild.className = `screen ${kind}`;
  put("stall", text("stall", { n: stall.number }));
  put("verdict", named(frame.verdict));
  put("why", why(frame));
  put("warning", kind === "lost" ? text("do_not_pay") : "");
  place("each").replaceChildren(
    ...lines(frame).map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
  const onward = next ? text("next", { n: next }) : text("next_none");
  put("yes", kind === "ok" ? onward : text(recorded ? "noted" : "record"));
  put("again", kind === "ok" ? "" : text("rescan"));
  if (!screen.open) screen.showModal();
  place("yes").focus();
  chime(kind);
  clearTimeout(timer);
  return new Promise((done) => {
    answer = (taken) => {
      clearTimeout(timer);
      answer = () => {};
      screen.close();
      done(taken);
    };
    if (kind === "ok") timer = setTimeout(() => answer(true), GOES_ON_MS);
  });
}

place("yes").addEventListener("click", () => answer(true));
place("again").addEventListener("click", () => answer(false));
screen.addEventListener("cancel", (event) => {
  event.preventDefault(); // a verdict is not put away unread
  answer(place("again").hidden);
});
