// Shows a holder's name as banks show it, while it is typed; the server folds it again.
const field = document.getElementById("f-holder");
const line = document.querySelector("[data-holder]");

const folded = (name) =>
  name.normalize("NFD").replace(/\p{Mn}/gu, "").replace(/[đĐ]/g, "d")
    .replace(/[^a-zA-Z0-9]+/g, " ").trim().toUpperCase();

if (field && line) {
  const show = () => {
    const name = folded(field.value);
    line.hidden = !name;
    line.querySelector("b").textContent = name;
  };
  field.addEventListener("input", show);
  show();
}

// Offers banks by any part of any name while it is typed; without a script the server asks later.
const bank = document.getElementById("f-bank");
const found = document.querySelector("[data-banks]");
const PAUSE_MS = 250;
let waiting;

function choose(name) {
  bank.value = name;
  found.hidden = true;
  bank.focus();
}

function entry(one) {
  const button = document.createElement("button");
  const name = document.createElement("b");
  const rest = document.createElement("small");
  button.type = "button";
  name.textContent = one.short_name;
  const former = one.former.map((each) => found.dataset.formerly.replace("%(name)s", each.name));
  rest.textContent = [one.name_vi, ...former].join(" · ");
  button.append(name, ` ${one.bin}`, rest);
  button.addEventListener("click", () => choose(one.short_name));
  return button;
}

async function offer() {
  const typed = bank.value.trim();
  if (typed.length < 2) {
    found.hidden = true;
    return;
  }
  try {
    const response = await fetch(`${found.dataset.banks}?limit=5&q=${encodeURIComponent(typed)}`);
    const { banks } = response.ok ? await response.json() : { banks: [] };
    if (bank.value.trim() !== typed) return; // a later answer is on its way
    found.replaceChildren(...banks.map(entry));
    found.hidden = !banks.length || banks[0].short_name === typed;
  } catch {
    found.hidden = true; // no network: the server asks when the form is sent
  }
}

if (bank && found) {
  bank.removeAttribute("list");
  bank.addEventListener("input", () => {
    document.querySelector(".offered")?.remove(); // was for what stood here before
    clearTimeout(waiting);
    waiting = setTimeout(offer, PAUSE_MS);
  });
}
