// The rows of the metadata: there is always an empty one at the end.

const rowsOf = (form) => [...form.querySelectorAll(".metadata-row")];
const inputsOf = (row) => [...row.querySelectorAll("input")];

export function addRow(form) {
  const rows = rowsOf(form);
  const last = rows.at(-1);
  if (inputsOf(last).every((input) => !input.value)) return;
  const row = last.cloneNode(true);
  const number = rows.length + 1;
  const place = row.querySelector(".field-errors");
  row.dataset.place = place.dataset.errorsOf = `metadata:${number}`;
  place.id = `errors-of-metadata:${number}`;
  place.replaceChildren();
  for (const input of inputsOf(row)) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, number));
  }
  last.after(row);
}

/** Shows these pairs, and one empty row. */
export function draw(form, keys, values) {
  const [first, ...more] = rowsOf(form);
  for (const row of more) row.remove();
  for (const input of inputsOf(first)) input.value = "";
  for (const [index, key] of keys.entries()) {
    if (!key && !values[index]) continue;
    const [name, value] = inputsOf(rowsOf(form).at(-1));
    name.value = key;
    value.value = values[index];
    addRow(form);
  }
}
