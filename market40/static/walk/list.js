// The signed list: taken from the server, kept as it came, its signature checked before each use.
import { post } from "./server.js";
import { dropList, keepList, keptList } from "./store.js";

const PURPOSE = "inspection-list\0";
const FRESH_MS = 3_600_000;

const octets = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

async function holds(text, signature, key) {
  const how = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const known = await crypto.subtle.importKey("raw", octets(key), how, false, ["verify"]);
    const said = new TextEncoder().encode(PURPOSE + text);
    const check = { name: "ECDSA", hash: "SHA-256" };
    return await crypto.subtle.verify(check, known, octets(signature), said);
  } catch {
    return false; // no signature at all
  }
}

/**
 * Return `{ list }`, or `{ wrong }`: "none", "changed" (it is not what the server signed for this
 * market) or "expired". `key` is the one that the page was served with.
 */
export async function readList(market, key, now = Date.now()) {
  const kept = await keptList(market);
  if (!kept) return { wrong: "none" };
  if (!(await holds(kept.text, kept.signature, key))) return { wrong: "changed" };
  const list = JSON.parse(kept.text);
  if (list.market.id !== market) return { wrong: "changed" };
  if (Date.parse(list.expires_at) <= now) return { wrong: "expired" };
  return { list };
}

/** Whether a list is new enough not to be taken again at the start of a walk. */
export const isFresh = (list) => Date.now() - Date.parse(list.made_at) < FRESH_MS;

/** Take a new list and keep it where its signature holds; resolves to what `post` says. */
export async function takeList(market, address, key) {
  const answer = await post(address, {});
  if (!answer.body) return answer;
  const { text, signature } = answer.body;
  if (await holds(text, signature, key)) await keepList(market, text, signature);
  else await dropList(market);
  return answer;
}

/** The stalls to walk: those that are due or were found wanting first, each group in order. */
export function toWalk(list, seen) {
  const stalls = list.stalls.filter((one) => one.state === "active" && one.live.length);
  const due = (one) => isDue(one, seen);
  return [...stalls.filter(due), ...stalls.filter((one) => !due(one))];
}

/** Whether a stall is still to be inspected: due by the list, and not found since. */
export function isDue(stall, seen) {
  const found = seen[stall.id];
  if (found?.again) return true;
  return stall.due && !found;
}

/** The next stall to go to from one: the first due one after it, else the first due one of all. */
export function nextStall(list, seen, at) {
  const from = list.stalls.findIndex((one) => one.id === at) + 1;
  const round = [...list.stalls.slice(from), ...list.stalls.slice(0, from)];
  return round.find((one) => one.live.length && one.id !== at && isDue(one, seen)) ?? null;
}
