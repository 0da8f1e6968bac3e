// The inspector's walk: a stall, its code before the camera, a verdict, the next stall.
import { unlock } from "../sound.js";
import { counted, text } from "../texts.js";
import { openCamera } from "./camera.js";
import { chooseStall } from "./chooser.js";
import { judgeBy } from "./judge.js";
import { isDue, isFresh, nextStall, readList, takeList, toWalk } from "./list.js";
import { tellNotes } from "./notes.js";
import { outbox } from "./outbox.js";
import { inspectPhoto } from "./photo.js";
import { showResult } from "./result.js";
import { loggedIn, tokensFrom } from "./server.js";
import { steady } from "./steady.js";
import { enqueue, keepWalk, keptWalk, queued } from "./store.js";
import { sending } from "./sync.js";
import { sentence, when } from "./words.js";

const SYMBOLS = 20; // in one frame, as the server takes them
const page = document.getElementById("walk").dataset;
const $ = (id) => document.getElementById(id);
const { market, key } = page;
const eye = steady();
let list = null;
let walk = null;
let stall = null;
let busy = false;

const numberOf = (id) => list?.stalls.find((one) => one.id === id)?.number ?? "–";

function say(place, said) {
  $(place).textContent = said;
  $(place).hidden = !said;
}

/** Read the list anew, its signature with it; returns whether it may be used. */
async function useList() {
  const kept = await readList(market, key);
  list = kept.list ?? null;
  $("begin").disabled = !list;
  const dates = list && { at: when(list.made_at), until: when(list.expires_at) };
  say("listed", list ? text("list_made", dates) : "");
  say("trouble", list ? "" : text(`list_${kept.wrong}`));
  if (!list) return false;
  const due = toWalk(list, walk.seen).filter((one) => isDue(one, walk.seen)).length;
  say("headline", due ? counted("due", due) : text("due_none"));
  const begun = list.stalls.find((one) => one.id === walk.at);
  say("begin", begun ? text("go_on", { n: begun.number }) : text("begin"));
  return true;
}

/** Take a new list; what was found and not sent yet is still found. */
async function renew() {
  say("listed", text("list_taking"));
  const answer = await takeList(market, page.list, key);
  if (answer.body) {
    const unsent = new Set((await queued(market)).map((one) => one.body.stall_id));
    const kept = Object.entries(walk.seen).filter(([id, one]) => one.again || unsent.has(id));
    walk.seen = Object.fromEntries(kept);
    await keepWalk(walk);
  }
  const usable = await useList();
  if (!answer.body && answer.wrong !== "network") {
    say("trouble", answer.wrong === "login" ? text("login") : text("refused", { why: answer.said }));
  } else if (!answer.body && usable) say("trouble", text("network"));
}

async function goTo(to) {
  stall = to;
  walk.at = to.id;
  await keepWalk(walk);
  $("choose").querySelector("[data-number]").textContent = to.number;
  $("choose").querySelector("[data-name]").textContent = to.name;
  $("choose").querySelector("[data-zone]").textContent = to.zone ?? "";
  say("aim", text("aim", { n: to.number }));
}

/** Write down what was found: a code of the stall by its mark, any other by its text. */
async function record(frame) {
  const marks = frame.found.filter((one) => one.mark).map((one) => one.mark);
  const texts = frame.found.filter((one) => !one.mark).map((one) => one.text);
  const body = {
    id: crypto.randomUUID(),
    stall_id: stall.id,
    at: new Date().toISOString(),
    way: "camera",
    texts: (frame.found.length ? texts : (frame.loose ?? [])).slice(0, SYMBOLS - marks.length),
    marks,
    told: frame.verdict,
    list_id: list.id,
  };
  await enqueue(market, loggedIn() ?? page.who, body);
  await found(frame.verdict);
  send.tell();
  send.now();
}

async function found(verdict) {
  walk.seen[stall.id] = { verdict, at: Date.now() };
  await keepWalk(walk);
}

/** Show a verdict and do what the inspector answers; a match is written down at once. */
async function settle(frame, texts, recorded = false) {
  const next = nextStall(list, { ...walk.seen, [stall.id]: {} }, stall.id);
  const match = frame.verdict === "match";
  if (recorded) await found(frame.verdict);
  else if (match) await record(frame);
  say("said", "");
  const taken = await showResult(frame, { stall, next: next?.number, recorded });
  eye.forget(texts);
  if (!taken) return;
  if (!match && !recorded) await record(frame);
  if (next) await goTo(next);
  else await home();
}

async function onFrame(texts) {
  if (busy || !stall || $("scan").hidden || document.querySelector("dialog[open]")) return;
  const sure = eye.see(texts);
  if (!sure) return;
  busy = true;
  try {
    if (!(await useList())) return await home();
    const frame = await judgeBy(list)(sure, stall);
    if (!document.querySelector("dialog[open]")) await settle({ ...frame, loose: sure }, sure);
  } finally {
    busy = false;
  }
}

async function begin() {
  unlock();
  const early = !list || !isFresh(list);
  if (early && navigator.onLine) await renew();
  if (!list) return;
  $("start").hidden = true;
  $("scan").hidden = false;
  const before = list.stalls.find((one) => one.id === walk.at);
  await goTo(before ?? nextStall(list, walk.seen, null) ?? toWalk(list, walk.seen)[0]);
  navigator.wakeLock?.request("screen").catch(() => {});
  if ($("video").srcObject) return;
  try {
    await light(await openCamera($("video"), onFrame));
  } catch {
    say("aim", text("camera_none"));
  }
}

function light(camera) {
  $("torch").hidden = !camera.torch;
  $("torch").onclick = async () => {
    const on = await camera.torch();
    $("torch").setAttribute("aria-pressed", on);
    $("torch").lastElementChild.textContent = text(on ? "torch_off" : "torch_on");
  };
}

async function home() {
  walk.at = null;
  await keepWalk(walk);
  $("scan").hidden = true;
  $("start").hidden = false;
  await useList();
}

async function differs(id) {
  walk.seen[id] = { verdict: "unreadable", again: true };
  await keepWalk(walk);
  await tellNotes(market, numberOf);
}

function changed(state) {
  show(state);
  const altered = state.last?.codes?.find((one) => one.differs?.length);
  if (altered) say("said", sentence(altered));
  if (state.wrong === "login") say("said", text("login"));
}

const send = sending({ market, address: page.sync, changed, differs });
const show = outbox({ market, numbers: numberOf, changed: () => send.tell(), send: send.now });

$("begin").addEventListener("click", begin);
$("fresh").addEventListener("click", renew);
$("choose").addEventListener("click", () => {
  chooseStall({ list, seen: walk.seen, at: stall.id }, (to) => {
    eye.forget();
    goTo(to);
  });
});
$("unreadable").addEventListener("click", () => {
  settle({ verdict: "unreadable", found: [], others: 0 }, null);
});
$("photo").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  say("said", text("reading"));
  const answer = await inspectPhoto(page.photo.replace(page.nobody, stall.id), file);
  if (answer.frame) await settle(answer.frame, null, true);
  else say("said", answer.said);
});
for (const close of document.querySelectorAll("[data-close]")) {
  close.addEventListener("click", () => close.closest("dialog").close());
}

async function open() {
  tokensFrom(page.token);
  navigator.serviceWorker?.register(page.worker, { scope: location.pathname }).catch(() => {});
  try {
    walk = await keptWalk(market);
  } catch {
    return say("trouble", text("storage"));
  }
  await useList();
  await tellNotes(market, numberOf);
  await send.now();
  if (navigator.onLine && (!list || !isFresh(list))) await renew();
}

open();
