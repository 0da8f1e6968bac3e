// Sends what was found, in batches, until the server has named each of them with a verdict.
import { post, loggedIn, token } from "./server.js";
import { note, queued, refuse, unqueue } from "./store.js";

const BATCH = 100;
const EVERY_MS = 30_000;
const SOON_MS = 3_000; // a network that has just come often fails the first who asks
const tabs = new BroadcastChannel("market40-walk");

/**
 * Send a market's queue now, when the network comes, when the page is looked at, twice a minute.
 *
 * `changed(state)` gets `{ waiting, faults, others, wrong, last }`: what is not sent, what the
 * server refused, what another person found (it goes out under their own log-in), why the last
 * sending failed, and the server's answer about the one that was found last. Returns `{ now }`.
 */
export function sending({ market, address, changed, differs }) {
  let busy = null;
  let again = false;

  async function settle(one, said) {
    if (!said) return; // not named: it stays
    if (said.fault) return refuse(one, said.fault);
    if (!said.verdict && !said.again) return;
    await unqueue(one.id);
    if (one.body.told && said.verdict !== one.body.told) {
      const { stall_id, told } = one.body;
      await note(market, one.id, { stall_id, told, verdict: said.verdict });
      await differs(stall_id);
    }
  }

  async function batch(mine, given) {
    const sent = mine.slice(0, BATCH);
    const answer = await post(address, { inspections: sent.map((one) => one.body) }, given);
    if (!answer.body) {
      if (answer.wrong === "refused" && answer.status === 422 && sent.length > 1) {
        for (const one of sent) await batch([one], null); // one that is malformed stops no other
        return {};
      }
      if (answer.wrong === "refused" && answer.status === 422) {
        await refuse(sent[0], { code: "refused", message: answer.said });
        return {};
      }
      return answer;
    }
    const named = new Map(answer.body.inspections.map((said) => [said.id, said]));
    for (const one of sent) await settle(one, named.get(one.id));
    return { said: answer.body.inspections.at(-1) };
  }

  async function run() {
    const tried = new Set();
    let wrong = null;
    let last = null;
    for (;;) {
      const all = (await queued(market)).filter((one) => !one.fault && !tried.has(one.id));
      if (!all.length) break;
      const asked = await token();
      wrong = asked.wrong ?? null;
      const mine = all.filter((one) => one.who === loggedIn());
      if (wrong || !mine.length) break;
      for (const one of mine.slice(0, BATCH)) tried.add(one.id);
      const done = await batch(mine, asked.token);
      wrong = done.wrong ?? null;
      last = done.said ?? last;
      if (wrong) break;
    }
    await tell(wrong, last);
    tabs.postMessage("sent");
    if (wrong === "network" && navigator.onLine) setTimeout(now, SOON_MS);
  }

  async function tell(wrong = null, last = null) {
    const kept = await queued(market);
    const faults = kept.filter((one) => one.fault);
    const known = loggedIn();
    const others = kept.filter((one) => !one.fault && known && one.who !== known).length;
    changed({ waiting: kept.length - faults.length, faults, others, wrong, last });
  }

  /** Send now; one sending at a time, and once more where something came in between. */
  async function now() {
    if (busy) {
      again = true;
      return busy;
    }
    busy = locked(run).finally(() => {
      busy = null;
      if (again) {
        again = false;
        now();
      }
    });
    return busy;
  }

  tabs.addEventListener("message", () => tell());
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.hidden || now());
  setInterval(now, EVERY_MS);
  return { now, tell };
}

/** One tab at a time, where the browser can keep others waiting. */
const locked = (work) =>
  navigator.locks ? navigator.locks.request("market40-walk", work) : Promise.resolve().then(work);
