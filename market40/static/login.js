// Lets people see what they typed: wet hands press beside the key.
for (const box of document.querySelectorAll("[data-shows]")) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    for (const id of box.dataset.shows.split(" ")) {
      document.getElementById(id).type = box.checked ? "text" : "password";
    }
  });
}
