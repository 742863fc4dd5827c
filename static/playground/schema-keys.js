// The keys of the builder's outline.

import { addChoices, moveChoice, removeChoice } from "./schema-choices.js";
import { move } from "./schema-moves.js";
import { startDraft } from "./schema-names.js";
import { partsOf } from "./schema-row.js";

/** Does what a key means where the focus is, in `builder`; other keys go on to the browser and the page. */
export function rowKeys(builder, event) {
  const row = event.target.closest(".schema-row");
  const handled = undoKeys(builder, event) || (row && (moveKeys(builder, row, event) || controlKeys(builder, row, event)));
  if (handled) event.preventDefault();
}

function undoKeys(builder, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return false;
  if (key === "y" || event.shiftKey) builder.redo();
  else builder.undo();
  if (!builder.outline.contains(document.activeElement)) builder.focusEnd();
  return true;
}

function moveKeys(builder, row, event) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || !event.altKey || event.target.tagName === "SELECT") return false;
  move(builder, row, by);
  return true;
}

function controlKeys(builder, row, event) {
  if (event.ctrlKey || event.metaKey || event.isComposing) return false;
  const keys = { name: nameKeys, description: nameKeys, choice: choiceKeys, chip: chipKeys }[event.target.dataset.do];
  return keys ? keys(builder, row, event) : false;
}

function nameKeys(builder, row, event) {
  const { field } = builder.places.get(row);
  const isName = event.target.dataset.do === "name";
  if (event.key === "Enter" && (isName || !event.shiftKey)) {
    if (!field.draft && event.target.dataset.refused === undefined) startDraft(builder, row.parentNode, field.index + 1);
    return true;
  }
  if (field.draft && (event.key === "Escape" || (event.key === "Backspace" && event.target.value === ""))) {
    leaveDraft(row);
    return true;
  }
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  return Boolean(by && isName && !event.altKey && step(builder, row, by));
}

/** A draft without a name goes when the focus leaves it: to the name before it, or to the button that opened it. */
function leaveDraft(row) {
  const before = row.previousElementSibling;
  const target = before ? partsOf(before).name : row.parentNode.parentNode.querySelector(":scope > .schema-add");
  target.focus();
}

/** Moves the focus to the name above or below that is visible. */
function step(builder, row, by) {
  const names = [...builder.list.querySelectorAll("[data-do=name]")].filter((name) => name.offsetParent);
  const next = names[names.indexOf(partsOf(row).name) + by];
  next?.focus();
  return Boolean(next);
}

function choiceKeys(builder, row, event) {
  if (event.key === "Enter") {
    addChoices(builder, row, [event.target.value]);
    return true;
  }
  if (event.key !== "Backspace" || event.target.value !== "") return false;
  event.target.previousElementSibling.lastElementChild?.firstElementChild.focus();
  return true;
}

function chipKeys(builder, row, event) {
  const chip = event.target.closest(".schema-chip");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Delete" || event.key === "Backspace") removeChoice(builder, row, chip);
  else if (by && event.altKey) moveChoice(builder, row, chip, by);
  else if (by) (by < 0 ? chip.previousElementSibling : chip.nextElementSibling)?.firstElementChild.focus();
  else return false;
  return true;
}
