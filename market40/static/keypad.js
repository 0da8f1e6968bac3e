// The keypad: digits to an amount, the amount to a code on the screen, without leaving the page.
import { text } from "./texts.js";
import { inWords, vnd } from "./words.js";

const MOST_VND = 499_999_999;
const form = document.getElementById("ask");
const pad = document.getElementById("pad");
const place = document.getElementById("code");
const said = document.getElementById("ask-error");
let amount = 0;

function draw() {
  form.elements.amount.value = amount || "";
  form.querySelector("[data-amount]").textContent = vnd(amount);
  form.querySelector("[data-words]").textContent = amount ? inWords(amount) : text("enter");
  said.textContent = "";
}

function enter(next) {
  if (next > MOST_VND) {
    said.textContent = text("most", { amount: vnd(MOST_VND) });
    return;
  }
  amount = next;
  draw();
}

function press(key) {
  if (key === "back") enter(Math.floor(amount / 10));
  else if (key === "clear") enter(0);
  else enter(Number(`${amount}${key}`));
}

// A note sets the amount, it does not add: a wet screen that feels one touch twice does no harm.
function tap(event) {
  const button = event.target.closest("button");
  if (button?.dataset.key) press(button.dataset.key);
  if (button?.dataset.note) enter(Number(button.dataset.note));
}

function typed(event) {
  if (pad.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (/^[0-9]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") press("back");
  else if (event.key === "Escape") press("clear");
}

async function send(action, token, fields) {
  const body = new URLSearchParams(fields);
  const headers = { Accept: "application/json", "X-Form-Token": token };
  const response = await fetch(action, { method: "POST", body, headers });
  return { status: response.status, answer: await response.json() };
}

function tokenOf(root) {
  return root.elements.form_token;
}

async function ask(event) {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (!amount) {
    said.textContent = text("enter_first");
    return;
  }
  if (button.disabled) return;
  button.disabled = true;
  try {
    const fields = { stall: form.elements.stall.value, amount };
    const { status, answer } = await send(form.action, tokenOf(form).value, fields);
    if (status === 201) show(answer);
    else if (answer.code === "form_already_sent") location.assign(form.dataset.waiting);
    else if (status === 401 || answer.code === "form_token_invalid") location.reload();
    else said.textContent = answer.faults?.[0]?.message || answer.detail;
  } catch {
    said.textContent = text("not_sent");
  }
  button.disabled = false;
}

function show(answer) {
  tokenOf(form).value = answer.form_token;
  place.innerHTML = answer.html; // ours, escaped by the server's templates
  pad.hidden = true;
  place.hidden = false;
  scrollTo(0, 0);
  place.querySelector("h1").focus();
  enter(0);
  tick();
}

/** Go back to the keypad; the code's intent goes on waiting unless it was cancelled. */
export function leaveCode() {
  place.replaceChildren();
  place.hidden = true;
  pad.hidden = false;
  scrollTo(0, 0); // the languages stand below the keypad's first screen
}

/** Whether an amount stands on the keypad that was not sent yet. */
export function halfTyped() {
  return amount > 0 && !pad.hidden;
}

/** The intent whose code is on the screen, or undefined. */
export function shownIntent() {
  return place.querySelector("[data-intent]")?.dataset.intent;
}

async function onCode(event) {
  const leave = event.target.closest("[data-leave]");
  if (leave) {
    event.preventDefault();
    leaveCode();
    return;
  }
  const share = event.target.closest("[data-share]");
  if (share && navigator.share) {
    event.preventDefault();
    navigator.share({ url: share.href }).catch(() => {}); // closed without sharing
  }
}

async function cancel(event) {
  event.preventDefault();
  const { action } = event.target;
  const token = tokenOf(event.target).value;
  try {
    const { status, answer } = await send(action, token, {});
    if (status === 200 || answer.code === "form_already_sent") leaveCode();
    else place.querySelector("[role=alert]").textContent = answer.detail;
  } catch {
    place.querySelector("[role=alert]").textContent = text("not_cancelled");
  }
}

function tick() {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Number(clock.dataset.since)) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** Say that scripts run, let the clocks go, and wake the keypad where the page has one. */
export function wake() {
  setInterval(tick, 1000);
  document.documentElement.classList.add("js");
  tick();
  if (!form) return;
  pad.addEventListener("click", tap);
  place.addEventListener("click", onCode);
  place.addEventListener("submit", cancel);
  form.addEventListener("submit", ask);
  document.addEventListener("keydown", typed);
  draw();
}
