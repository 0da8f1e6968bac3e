// Asks the server again and again, by ETag, and knows how long it has not been reached.
const PERIOD_MS = 500;
const HIDDEN_MS = 5_000;
const TIMEOUT_MS = 4_000;
const WORST_MS = 6_000;

/**
 * Ask `address()` twice a second; slower while nobody looks, and with growing pauses while it
 * fails, each a little different, so that a market's phones do not come back all at once.
 *
 * `onBody(body)` gets each new answer; `onGone()` is called once when the log-in has ended.
 * Returns `{ lastContact, shownSince, now }`: instants in ms, and a way to ask at once.
 */
export function watch({ address, onBody, onGone }) {
  const state = { lastContact: Date.now(), shownSince: Date.now(), now: () => {} };
  let etag = null;
  let asked = null;
  let failures = 0;
  let timer = 0;
  let busy = false;
  let gone = false;

  function pause(began) {
    if (failures) {
      const grown = Math.min(PERIOD_MS * 2 ** Math.min(failures, 8), WORST_MS);
      return grown * (0.7 + 0.6 * Math.random());
    }
    const period = document.hidden ? HIDDEN_MS : PERIOD_MS;
    return Math.max(50, period - (Date.now() - began));
  }

  async function answer(signal) {
    const url = address();
    if (url !== asked) etag = null;
    asked = url;
    const headers = { Accept: "application/json" };
    if (etag) headers["If-None-Match"] = etag;
    const response = await fetch(url, { headers, cache: "no-store", signal });
    if (response.status === 401 || response.status === 403) {
      gone = true;
      return onGone();
    }
    if (response.status !== 304) {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      onBody(await response.json());
      etag = response.headers.get("ETag");
    }
    failures = 0;
    state.lastContact = Date.now();
  }

  async function ask() {
    if (busy || gone) return;
    busy = true;
    clearTimeout(timer);
    const began = Date.now();
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      await answer(stop.signal);
    } catch {
      failures += 1; // no network, a slow one, or a server that cannot say: all are "not reached"
    }
    clearTimeout(limit);
    busy = false;
    if (!gone) timer = setTimeout(ask, pause(began));
  }

  state.now = () => {
    failures = 0;
    ask();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    state.shownSince = Date.now();
    state.now();
  });
  addEventListener("online", state.now);
  addEventListener("pageshow", state.now);
  ask();
  return state;
}
