// What the phone keeps (IndexedDB): signed lists, where one was, what was seen, what is to be sent.
// No account number stays: a list holds marks, and what is to be sent is deleted once it is there.
const NAME = "market40-walk";
const STORES = { lists: "market", walks: "market", queue: "id", notes: "id" };
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        asked.result.createObjectStore(name, { keyPath });
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

/** Do one thing with a store; resolves once it is safely on the phone. */
async function within(name, mode, act) {
  const base = await open();
  return new Promise((done, failed) => {
    const work = base.transaction(name, mode, { durability: "strict" });
    const asked = act(work.objectStore(name));
    work.oncomplete = () => done(asked.result);
    work.onerror = work.onabort = () => failed(work.error);
  });
}

const get = (name, key) => within(name, "readonly", (shelf) => shelf.get(key));
const put = (name, value) => within(name, "readwrite", (shelf) => shelf.put(value));
const drop = (name, key) => within(name, "readwrite", (shelf) => shelf.delete(key));

/** Those of a store that belong to a market, in the order in which they were put there. */
async function all(name, market) {
  const found = await within(name, "readonly", (shelf) => shelf.getAll());
  return found.filter((one) => one.market === market).sort((a, b) => a.order - b.order);
}

export const keepList = (market, text, signature) => put("lists", { market, text, signature });
export const keptList = (market) => get("lists", market);
export const dropList = (market) => drop("lists", market);

/** Where one was in a market and what one found there since the list was taken. */
export async function keptWalk(market) {
  return (await get("walks", market)) ?? { market, at: null, seen: {} };
}
export const keepWalk = (walk) => put("walks", walk);

/** Put an inspection into the queue of what is to be sent; `who` found it. */
export function enqueue(market, who, body) {
  return put("queue", { id: body.id, market, who, body, order: Date.now(), fault: null });
}
export const queued = (market) => all("queue", market);
export const refuse = (one, fault) => put("queue", { ...one, fault });
export const unqueue = (id) => drop("queue", id);

/** Something to tell the inspector until it was read: the server's verdict was another. */
export const note = (market, id, said) => put("notes", { id, market, order: Date.now(), ...said });
export const notes = (market) => all("notes", market);
export const unnote = (id) => drop("notes", id);
