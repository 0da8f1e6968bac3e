// The vendor's pages: live arrivals, the state of the connection, and the keypad where there is one.
import { arrived, standing, whenPutAway, whileTyping } from "./arrivals.js";
import { halfTyped, leaveCode, shownIntent, wake } from "./keypad.js";
import { watch } from "./live.js";
import { audible, chime, unlock } from "./sound.js";
import { counted, text } from "./texts.js";
import { vnd } from "./words.js";

const AMBER_MS = 5_000;
const RED_MS = 20_000;
const WAKING_MS = 3_000;
const IDLE_MS = 20_000; // an amount left that long is no longer being typed
const page = document.getElementById("vendor");
const pill = document.getElementById("link");
const bell = document.getElementById("bell");
const signs = document.getElementById("signs");
const lost = document.getElementById("lost");
const others = document.querySelectorAll("[data-link]"); // where money that came covers the pill
const memory = `market40/seen/${page.dataset.stall}`;

// What the vendor has put away, kept by the phone: what came while another page or none was open
// is then shown on the next one. A phone that remembers nothing starts from now.
function recall() {
  const served = { day: page.dataset.day, seq: Number(page.dataset.seq) };
  try {
    const kept = JSON.parse(localStorage.getItem(memory));
    if (kept && (kept.day < served.day || (kept.day === served.day && kept.seq <= served.seq))) {
      return kept;
    }
    localStorage.setItem(memory, JSON.stringify(served));
  } catch {
    return served; // storage is shut: this page alone remembers
  }
  return served;
}

function keep(mark) {
  try {
    localStorage.setItem(memory, JSON.stringify(mark));
  } catch {
    // storage is shut or full: this page alone remembers
  }
}

let seen = recall();
let lastTouch = 0;

function address() {
  const query = new URLSearchParams({ day: seen.day, after: seen.seq });
  return `${page.dataset.live}&${query}`;
}

function onBody(body) {
  const day = { total: vnd(body.total_vnd), count: counted("count", body.count), waiting: "" };
  if (body.waiting) day.waiting = counted("waiting", body.waiting);
  for (const [name, said] of Object.entries(day)) {
    const place = document.querySelector(`[data-day-${name}]`);
    if (!place) continue;
    place.textContent = said;
    place.hidden = !said;
  }
  seen = { day: body.day, seq: body.seq };
  const loud = body.alerts.filter((alert) => !alert.quiet);
  if (loud.length) arrived(loud);
  else if (!standing()) keep(seen);
  if (body.more) setTimeout(link.now, 0);
}

function onPutAway(arrivals) {
  keep(seen);
  const mine = arrivals.filter((arrival) => arrival.intent_id && arrival.intent_id === shownIntent());
  if (mine.some((arrival) => arrival.kind === "received")) leaveCode();
  if (page.dataset.reload !== undefined) location.reload();
}

function connection() {
  const silent = Math.max(0, Date.now() - link.lastContact);
  const waking = Date.now() - link.shownSince < WAKING_MS;
  const state = silent > RED_MS && !waking ? "lost" : silent > AMBER_MS ? "wait" : "ok";
  if (!pill.classList.contains(state)) {
    pill.className = `pill ${state}`;
    pill.textContent = text(`link_${state}`);
    document.documentElement.classList.toggle("lost", state === "lost");
    lost.hidden = state !== "lost";
    for (const sign of others) {
      sign.classList.remove("ok", "wait", "lost");
      sign.classList.add(state);
      sign.textContent = state === "ok" ? "" : state === "wait" ? text("link_wait") : text("unknown");
    }
  }
  signs.classList.toggle("mute", state === "ok" && !audible());
  if (state === "lost") {
    lost.querySelector("[data-seconds]").textContent = Math.floor(silent / 1000);
    lost.querySelector("[data-last]").textContent = new Date(link.lastContact).toLocaleTimeString(
      "vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false },
    );
  }
}

function typing() {
  if (Date.now() - lastTouch > IDLE_MS || document.documentElement.classList.contains("lost")) {
    return false;
  }
  return halfTyped() || document.activeElement.matches("input.field");
}

function touched() {
  lastTouch = Date.now();
  if (!audible()) unlock();
}

const link = watch({
  address,
  onBody,
  onGone: () => location.assign(`/login?next=${encodeURIComponent(location.pathname)}`),
});
whenPutAway(onPutAway);
whileTyping(typing);
wake();
setInterval(connection, 250);
bell.addEventListener("click", async () => {
  if (await unlock()) chime("ok");
});
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touched);
