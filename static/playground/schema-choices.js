// The choices of an enum, as chips under its row.

import { addChoice, hasChoice, moveChoice as moved, removeChoice as removed } from "./schema-edits.js";
import { partsOf } from "./schema-row.js";

/** Adds each label that is not empty and not there yet, and clears the box it was typed into. */
export function addChoices(builder, row, labels) {
  const [, input] = partsOf(row).choices.children;
  input.value = "";
  for (const label of labels.map((each) => each.trim()).filter(Boolean)) {
    const { field } = builder.places.get(row);
    if (hasChoice(builder.text, field, label)) builder.announce(`${label} is a choice already.`);
    else builder.write(addChoice(builder.text, field, label));
  }
}

/** A pasted column becomes one choice a line; one line is pasted as it is. */
export function pasteChoices(builder, row, event) {
  const lines = event.clipboardData.getData("text").split(/\r?\n/);
  if (lines.length < 2) return;
  event.preventDefault();
  addChoices(builder, row, lines);
}

export function removeChoice(builder, row, chip) {
  const { field } = builder.places.get(row);
  const [chips, input] = partsOf(row).choices.children;
  const place = [...chips.children].indexOf(chip);
  builder.write(removed(builder.text, field, Number(chip.dataset.index)));
  const next = chips.children[Math.min(place, chips.children.length - 1)];
  (next?.firstElementChild ?? input).focus();
}

export function moveChoice(builder, row, chip, by) {
  const { field } = builder.places.get(row);
  const other = by < 0 ? chip.previousElementSibling : chip.nextElementSibling;
  if (!other) return;
  const label = other.firstElementChild.textContent;
  builder.write(moved(builder.text, field, Number(chip.dataset.index), Number(other.dataset.index)));
  other.firstElementChild.focus();
  builder.announce(`Moved ${by < 0 ? "before" : "after"} ${label}.`);
}
