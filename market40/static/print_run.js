// Brings a print run's progress up to date; when its state changes, the server draws the page anew.
const card = document.querySelector("[data-state]");
const EVERY_MS = 1000;
const figure = new Intl.NumberFormat(document.documentElement.lang);

function show(name, value) {
  document.querySelector(`[data-${name}]`).textContent = value;
}

async function look() {
  try {
    const answer = await fetch(card.dataset.state, { cache: "no-store" });
    const run = answer.ok ? await answer.json() : null;
    if (!run || run.state !== "working") {
      location.reload();
      return;
    }
    card.querySelector("progress").value = run.percent;
    show("percent", run.percent);
    show("drawn", figure.format(run.drawn));
    show("read", figure.format(run.read_back));
  } catch {
    // The line is gone for a moment; what stands there is still the last that was heard.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
