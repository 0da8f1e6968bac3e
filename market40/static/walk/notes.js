// What the server said otherwise than the phone; each stands until it was read.
import { text } from "../texts.js";
import { notes, unnote } from "./store.js";
import { named } from "./words.js";

const shelf = document.getElementById("notes");
const line = document.getElementById("said");

/** Show a market's notes: at the start each by itself, at the camera the last; a touch puts one away. */
export async function tellNotes(market, numberOf) {
  const rows = (await notes(market)).map((one) => {
    const row = document.createElement("button");
    row.type = "button";
    row.className = "alert";
    const words = { n: numberOf(one.stall_id), told: named(one.told), verdict: named(one.verdict) };
    row.textContent = text("server_differs", words);
    row.addEventListener("click", async () => {
      await unnote(one.id);
      await tellNotes(market, numberOf);
    });
    return row;
  });
  shelf.replaceChildren(...rows);
  if (!rows.length) return;
  line.textContent = rows.at(-1).textContent;
  line.hidden = false;
}
