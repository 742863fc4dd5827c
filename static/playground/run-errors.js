// What is wrong with the form: a list above the run's button, and each sentence at its field as well.

const box = () => document.getElementById("run-errors");

export function clearErrors(form) {
  putAway();
  for (const place of form.querySelectorAll(".field-errors")) place.replaceChildren();
  for (const input of form.querySelectorAll("[aria-invalid=true]")) forget(input);
}

/** A changed form may be right by now, and so may be the place that was changed; the others keep their sentences. */
export function formChanged(form, place) {
  putAway();
  placeOf(form, place)?.replaceChildren();
  for (const input of inputsAt(form, place)) forget(input);
}

const placeOf = (form, name) => form.querySelector(`[data-errors-of="${CSS.escape(name)}"]`);

/** The controls that a sentence is about: those of a row, or the one of its name. */
function inputsAt(form, name) {
  const row = form.querySelector(`[data-place="${CSS.escape(name)}"]`);
  if (row) return [...row.querySelectorAll("input")];
  return form.elements[name] instanceof Element ? [form.elements[name]] : [];
}

function putAway() {
  box().hidden = true;
  box().replaceChildren();
}

function forget(input) {
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
}

export function showErrors(form) {
  const items = [...box().querySelectorAll("[data-for]")];
  for (const place of form.querySelectorAll(".field-errors")) place.replaceChildren();
  for (const item of items) showAt(form, item.dataset.for, item.textContent);
  box().scrollIntoView({ block: "nearest" });
}

function showAt(form, name, words) {
  const place = placeOf(form, name);
  const sentence = document.createElement("p");
  sentence.className = "field-error";
  sentence.textContent = words;
  place?.append(sentence);
  place?.closest("details:not([open])")?.setAttribute("open", "");
  for (const input of inputsAt(form, name)) {
    input.setAttribute("aria-invalid", "true");
    if (place) input.setAttribute("aria-describedby", place.id);
  }
}
