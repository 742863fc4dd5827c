// Moving rows of the builder: within their list or into another, by keyboard, menu or drag.

import { Sortable } from "../vendor/sortablejs/sortable.js";
import { moveField, moveInto, refuseName } from "./schema-edits.js";
import { note, partsOf } from "./schema-row.js";

/** Lets the rows of a list be dragged by their grips, to the lists of the same builder. */
export function makeSortable(builder, list) {
  Sortable.create(list, {
    handle: ".schema-grip",
    animation: 0,
    invertSwap: true, // a row with fields inside it is entered, and only its edges swap with what is dragged
    group: builder.pane.id,
    onEnd: ({ item, from, oldIndex, originalEvent }) => {
      if (!isDrop(builder, originalEvent)) putBack(item, from, oldIndex);
      else if (catchUp(item, originalEvent) || item.parentNode !== from || from.children[oldIndex] !== item) {
        settle(builder, item, from, oldIndex);
      }
      partsOf(item).line.querySelector("[data-do=menu]").focus({ preventScroll: true }); // Ctrl+Z means this move then
    },
  });
}

/** Whether a drag ended over the outline; Escape ends it without a drop. */
function isDrop(builder, { type, clientX, clientY }) {
  return type !== "dragend" && builder.outline.contains(document.elementFromPoint(clientX, clientY));
}

/** Puts a dropped row where the pointer is: for a moment after each step, Sortable does not see the pointer move on. */
function catchUp(row, { clientX, clientY }) {
  const over = document.elementFromPoint(clientX, clientY)?.closest(".schema-row");
  if (!over || row.contains(over)) return false;
  const { top, height } = partsOf(over).line.getBoundingClientRect();
  if (clientY < top + height / 2) over.before(row);
  else if (partsOf(over).list.hidden) over.after(row);
  return true;
}

function putBack(row, list, place) {
  row.remove();
  list.insertBefore(row, list.children[place] ?? null);
}

/** Moves a row one place up (-1) or down (1). */
export function move(builder, row, by) {
  const { field, object } = builder.places.get(row);
  const to = field.index + by;
  if (to < 0 || to >= object.fields.length) return;
  relocate(builder, row, row.parentNode, by < 0 ? row.previousElementSibling : row.nextElementSibling.nextElementSibling);
}

/** Moves a row before another one of a list, or to its end, and keeps the focus on the same control. */
export function relocate(builder, row, list, before = null) {
  const from = row.parentNode;
  const place = [...from.children].indexOf(row);
  const control = document.activeElement?.dataset.do;
  list.insertBefore(row, before);
  if (!settle(builder, row, from, place)) return;
  const { line, name } = partsOf(row);
  const same = control && line.querySelector(`[data-do=${control}]`);
  (same || name).focus();
}

/** Writes the text for a row that already stands at its new place; false, and the row back, when it can't be there. */
function settle(builder, row, from, place) {
  const { field, object } = builder.places.get(row);
  const list = row.parentNode;
  const target = builder.places.get(list);
  const index = [...list.children].filter((each) => each !== builder.draft?.row).indexOf(row);
  const isSame = target.node === object.node;
  const refusal = isSame ? null : refuseName(target, null, field.name);
  if (refusal) {
    putBack(row, from, place);
    note(row, refusal);
    return false;
  }
  builder.unfold(list.closest(".schema-row"));
  const changes = isSame
    ? moveField(builder.text, object, field.index, index)
    : moveInto(builder.text, object, field, target, index);
  builder.write(changes);
  builder.announce(`${field.name} is now ${index + 1} of ${builder.places.get(list).fields.length}.`);
  return true;
}
