// The buyer's page: asks how the payment stands, and shows the server's own words for it.
const page = document.getElementById("pay");
const state = document.getElementById("state");
const WORST_MS = 15_000;
let etag = page.dataset.etag;
let failures = 0;

function show(body) {
  state.className = `st ${body.tone}`;
  state.querySelector("b").textContent = body.title;
  state.querySelector("small").textContent = body.words;
  page.classList.toggle("closed", body.closed);
}

async function ask() {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), 5_000);
  try {
    const headers = { Accept: "application/json", "If-None-Match": etag };
    const response = await fetch(page.dataset.live, { headers, cache: "no-store", signal: stop.signal });
    if (response.status !== 304) {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const body = await response.json();
      show(body);
      etag = response.headers.get("ETag");
      if (body.done) return;
    }
    failures = 0;
    state.classList.remove("stale");
  } catch {
    failures += 1;
    if (failures > 3) {
      state.classList.add("stale");
      state.querySelector("small").textContent = page.dataset.offline;
      etag = ""; // so that the next answer says it all again
    }
  } finally {
    clearTimeout(limit);
  }
  const period = document.hidden ? 5_000 : 1_000;
  setTimeout(ask, Math.min(period * 2 ** failures, WORST_MS) * (0.8 + 0.4 * Math.random()));
}

if (page.dataset.done === undefined) setTimeout(ask, 1_000);

// Where the phone can hand a picture to another app, a button does so; saving it needs no script.
const share = document.getElementById("share");
let picture;

function canShare(file) {
  return Boolean(navigator.canShare?.({ files: [file] }));
}

async function handOver() {
  try {
    if (!picture) {
      const response = await fetch(share.previousElementSibling.href, { cache: "no-store" });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      picture = new File([await response.blob()], share.dataset.name, { type: "image/png" });
    }
    await navigator.share({ files: [picture] });
  } catch {
    // Turned away by the person, or the touch was too long ago: a second one finds the picture.
    if (!picture) share.hidden = true;
  }
}

if (share && canShare(new File([], share.dataset.name, { type: "image/png" }))) {
  share.hidden = false;
  share.addEventListener("click", handOver);
}
