// What a frame at a stall is, by the list taken along: judge() and judge_frame() of
// merchants/domain/inspection.py. A phone knows marks where the server knows codes; it may be less
// sure (a code of another market is to it an unknown account) and never says match where that does not.
import { form, isPayment, paid, statesAmount } from "./payload.js";

const MARK_DIGITS = 24;
const CODE = 0;
const ACCOUNT = 1;

const octets = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** The mark of a text in a list: SHA-256 over salt, kind and text, cut to 24 hex digits. */
async function mark(salt, kind, text) {
  const said = new TextEncoder().encode(text);
  const whole = new Uint8Array(salt.length + 1 + said.length);
  whole.set(salt);
  whole[salt.length] = kind;
  whole.set(said, salt.length + 1);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  const digits = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("").slice(0, MARK_DIGITS);
}

/** Where each mark of a list stands: `codes` and `accounts`, mark → numbers of stalls. */
function shelves(list) {
  const codes = new Map();
  const accounts = new Map();
  const put = (shelf, key, stall) => shelf.set(key, [...(shelf.get(key) ?? []), stall]);
  for (const stall of list.stalls) {
    for (const one of [...stall.live, ...stall.ended]) put(codes, one, stall);
    for (const one of stall.accounts) put(accounts, one, stall);
  }
  return { codes, accounts, salt: octets(list.salt) };
}

/**
 * Return `frame(texts, stall)`: `{ verdict, found, others }` of what was read in one frame.
 *
 * Each of `found` has `text`, `verdict`, and where it is known `mark` (a code of this very stall),
 * `stall` (the number of the stall whose it is), `amount` (it states one).
 */
export function judgeBy(list) {
  const known = shelves(list);

  async function judge(text, said, stall) {
    const account = paid(text);
    if (said === null) return { text, verdict: "malformed" };
    const code = await mark(known.salt, CODE, said);
    if (stall.live.includes(code)) return { text, verdict: "match", mark: code };
    const other = known.codes.get(code)?.find((one) => one.id !== stall.id);
    if (other) return { text, verdict: "another_stall", stall: other.number };
    if (stall.ended.includes(code)) return { text, verdict: "superseded", mark: code };
    const payee = account && (await mark(known.salt, ACCOUNT, account.join("|")));
    if (payee && stall.accounts.includes(payee)) {
      return { text, verdict: "altered", amount: statesAmount(text) };
    }
    const owner = payee && known.accounts.get(payee)?.[0];
    if (owner) return { text, verdict: "another_stall", stall: owner.number };
    return { text, verdict: "unknown_account" };
  }

  return async function frame(texts, stall) {
    const found = new Map();
    let others = 0;
    for (const text of new Set(texts)) {
      if (!isPayment(text)) {
        others += 1;
        continue;
      }
      const said = form(text);
      if (!found.has(said ?? text)) found.set(said ?? text, await judge(text, said, stall));
    }
    const all = [...found.values()];
    const verdicts = new Set(all.map((one) => one.verdict));
    if (!all.length) return { verdict: others ? "malformed" : "unreadable", found: [], others };
    const several = all.length > 1 && !(verdicts.size === 1 && verdicts.has("match"));
    return { verdict: several ? "several_codes" : all[0].verdict, found: all, others };
  };
}
