// What the playground's form asks, as one text, and the form made to ask that again.

import { draw } from "./metadata.js";

const OF_THE_PAGE = ["csrfmiddlewaretoken", "request_key", "draft_version", "draft_known"];

export function stateOf(form) {
  const fields = new FormData(form);
  for (const name of OF_THE_PAGE) fields.delete(name);
  return new URLSearchParams(fields).toString();
}

/** `inputForm` draws the controls of the input that the form does not have yet. */
export async function putState(form, state, inputForm) {
  const fields = new URLSearchParams(state);
  const isStrange = [...fields.keys()].some((name) => name.startsWith("input:") && !form.elements[name]);
  if (isStrange) await inputForm.draw(fields);
  for (const editor of form.querySelectorAll("[data-schema-editor]")) {
    const text = fields.get(editor.querySelector("textarea[name]").name) ?? "";
    editor.dispatchEvent(new CustomEvent("schema-set", { detail: { text } }));
  }
  draw(form, fields.getAll("metadata_key"), fields.getAll("metadata_value"));
  for (const name of new Set(fields.keys())) put(form.elements[name], fields.get(name));
}

/** Sets a control or a choice of several; rows of metadata, which share a name, are set already. */
function put(control, value) {
  if (!control || (control instanceof RadioNodeList && control[0].type !== "radio")) return;
  control.value = value;
}
