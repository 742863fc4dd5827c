// Naming fields in the builder: drafts, which have no name yet, and names while they are typed.

import { addField, firstField, refuseName, renameField } from "./schema-edits.js";
import { makeRow, note, partsOf } from "./schema-row.js";

let pointerIsDown = false;
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(type, () => (pointerIsDown = type === "pointerdown"), { capture: true });
}

/** Opens a row for a field that has no name yet; nothing is written before its first letter. */
export function startDraft(builder, list, index = builder.places.get(list).fields.length) {
  dropDraft(builder);
  builder.unfold(list.closest(".schema-row"));
  const row = makeRow();
  builder.draft = { list, index, row };
  list.insertBefore(row, list.children[index] ?? null);
  builder.redraw();
  partsOf(row).name.focus();
}

function dropDraft(builder) {
  const row = builder.draft?.row;
  builder.draft = null;
  row?.remove();
  builder.redraw();
}

/** Writes a name while it is typed; one that can't be is refused at the row, and the text keeps the former. */
export function rename(builder, row, input) {
  const { field, object } = builder.places.get(row);
  const name = input.value;
  const refusal = field.draft && name === "" ? null : refuseName(object, field, name);
  if (!field.draft) input.dataset.before ??= field.name;
  note(row, refusal ?? "");
  if (refusal) input.dataset.refused = "";
  else delete input.dataset.refused;
  if (refusal || name === "") return;
  if (field.draft) return builder.write(newField(builder, object, name), { typing: true });
  giveName(builder, object, field, name);
}

function giveName(builder, object, field, name) {
  const properties = [...object.path, "properties"];
  builder.refold([...properties, field.name], [...properties, name]);
  builder.write(renameField(builder.text, object, field, name), { typing: true });
}

/** The changes that write a draft, which is then a field like any other. */
function newField(builder, object, name) {
  const { index } = builder.draft;
  builder.draft = null;
  if (!object.node) return [{ from: 0, to: builder.text.length, insert: firstField(name) }];
  return addField(builder.text, object, index, name);
}

/** When the focus leaves a name, one that was refused gives way to the one before, and a draft without one goes. */
export function leaveName(builder, target) {
  if (target.dataset.do !== "name") return;
  const row = target.closest(".schema-row");
  const { field, object } = builder.places.get(row) ?? {};
  const { refused, before = field?.name } = target.dataset;
  delete target.dataset.before;
  if (refused !== undefined) {
    delete target.dataset.refused;
    target.value = before;
    note(row, "");
    if (before !== field.name) giveName(builder, object, field, before); // what was typed on the way to it was no name
  }
  if (field?.draft && builder.draft) leaveDraft(builder, builder.draft);
}

/** Drops an empty draft; after the click when the pointer is down, or what is being clicked would move away under it. */
function leaveDraft(builder, draft) {
  const drop = () => draft === builder.draft && dropDraft(builder);
  if (pointerIsDown) document.addEventListener("click", () => setTimeout(drop), { once: true });
  else drop();
}
