// Speaks with the server: a fresh token before each sending, and what went wrong in one word.
const TIMEOUT_MS = 20_000;
let tokens = null; // the address that gives one
let who = null;

/** Say where tokens come from. */
export function tokensFrom(address) {
  tokens = address;
}

/** Whose log-in the last token was for, as the server marks people here; null before. */
export const loggedIn = () => who;

async function ask(address, options) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      cache: "no-store",
      redirect: "manual", // to the log-in, where there is none
      signal: stop.signal,
    });
    if (response.type === "opaqueredirect" || response.status === 401) return { wrong: "login" };
    const body = await response.json();
    return response.ok ? { body } : { wrong: "refused", said: body.detail, status: response.status };
  } catch {
    return { wrong: "network" };
  } finally {
    clearTimeout(limit);
  }
}

/** Ask for a token; resolves to `{ token }` or `{ wrong }`: "network", "login" or "refused". */
export async function token() {
  const answer = await ask(tokens, {});
  if (!answer.body) return answer;
  who = answer.body.who;
  return { token: answer.body.token };
}

/**
 * Send JSON or a form; resolves to `{ body }` or `{ wrong, said }`.
 *
 * `given` is a token that one has, so that none is asked for.
 */
export async function post(address, sent, given = null) {
  const asked = given ? { token: given } : await token();
  if (!asked.token) return asked;
  const headers = { "X-Form-Token": asked.token };
  if (sent instanceof FormData) return ask(address, { method: "POST", headers, body: sent });
  headers["Content-Type"] = "application/json";
  return ask(address, { method: "POST", headers, body: JSON.stringify(sent) });
}
