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
