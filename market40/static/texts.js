// The page's texts in the reader's language: the template puts them into `data-texts`.
const texts = JSON.parse(document.querySelector("[data-texts]").dataset.texts);

const fill = (source, values) => source.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

/** The text of that name with its values put in: `%(amount)s`. */
export function text(name, values = {}) {
  return fill(texts[name], values);
}

/** The text of that name about `n` things: it has two forms, of one and of several. */
export function counted(name, n) {
  return fill(texts[name][n === 1 ? 0 : 1], { n });
}
