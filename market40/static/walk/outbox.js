// What is not sent yet: how much, why, and what the server would not take, to be discarded knowingly.
import { counted, text } from "../texts.js";
import { queued, unqueue } from "./store.js";
import { named, when } from "./words.js";

const badge = document.getElementById("unsent");
const sheet = document.getElementById("outbox");
const within = (name) => sheet.querySelector(`[data-${name}]`);

function reason({ waiting, others, wrong }) {
  if (wrong === "login") return text("login");
  if (others) return counted("others", others);
  if (wrong && waiting) return text("network");
  return waiting ? counted("unsent", waiting) : text("all_sent");
}

function refused(one, numbers, gone) {
  const item = document.createElement("li");
  const said = document.createElement("span");
  said.append(`${text("stall", { n: numbers(one.body.stall_id) })} · ${when(one.body.at)} · `);
  said.append(`${named(one.body.told)}. ${text("refused", { why: one.fault.message })}`);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = text("discard");
  let sure = false;
  button.addEventListener("click", async () => {
    if (sure) {
      await unqueue(one.id);
      return gone();
    }
    sure = true;
    button.textContent = text("discard_sure");
  });
  item.append(said, button);
  return item;
}

/** Keep the badge and the sheet true; `numbers(id)` names a stall, `changed()` looks again. */
export function outbox({ market, numbers, changed, send }) {
  let state = { waiting: 0, faults: [], others: 0, wrong: null };

  async function draw() {
    const kept = (await queued(market)).filter((one) => one.fault);
    within("why").textContent = reason(state);
    within("why").classList.toggle("ok", !state.waiting && !kept.length);
    within("login").hidden = state.wrong !== "login";
    within("kept").replaceChildren(...kept.map((one) => refused(one, numbers, changed)));
    within("send").hidden = !state.waiting;
  }

  badge.addEventListener("click", async () => {
    await draw();
    sheet.showModal();
  });
  within("send").addEventListener("click", send);

  return function show(now) {
    state = now;
    const pill = badge.firstElementChild;
    const wrong = now.faults.length > 0 || now.wrong === "login";
    pill.className = `pill ${wrong ? "lost" : "wait"}`;
    pill.textContent = now.waiting
      ? counted("unsent", now.waiting)
      : now.faults.length
        ? counted("faults", now.faults.length)
        : "";
    badge.hidden = !now.waiting && !now.faults.length;
    if (sheet.open) draw();
  };
}
