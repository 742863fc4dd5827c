// The builder pane: an outline of the schema's fields. It holds no schema of its own; each control asks for changes of
// the text, and the outline is drawn anew from what the text then says.

import { addChoices, pasteChoices, removeChoice } from "./schema-choices.js";
import { putAttribute, reconcile } from "./schema-dom.js";
import * as edits from "./schema-edits.js";
import { rowKeys } from "./schema-keys.js";
import { makeRowMenu } from "./schema-menu.js";
import { fieldAt } from "./schema-model.js";
import { makeSortable, move, relocate } from "./schema-moves.js";
import { leaveName, rename, startDraft } from "./schema-names.js";
import { makeRow, mark, note, partsOf, showRow, typeOfWord } from "./schema-row.js";
import { setNullable, setType } from "./schema-types.js";

const keyOf = (path) => JSON.stringify(path);

// What a button of a row, or of the menu of a row, does; without a row it is the outline's own.
const ACTIONS = {
  add: (builder, row) => startDraft(builder, row ? partsOf(row).list : builder.list),
  below: (builder, row) => startDraft(builder, row.parentNode, builder.fieldOf(row).index + 1),
  fold: (builder, row) => builder.fold(row),
  menu: (builder, row, button) => builder.menu.open(button, row, builder.usesOf(row)),
  code: (builder, row) => builder.jump(builder.fieldOf(row).entry.keyFrom, builder.fieldOf(row).entry.keyTo),
  duplicate: (builder, row) => builder.duplicate(row),
  up: (builder, row) => move(builder, row, -1),
  down: (builder, row) => move(builder, row, 1),
  in: (builder, row) => relocate(builder, row, partsOf(row.previousElementSibling).list),
  out: (builder, row) => relocate(builder, row, rowAround(row).parentNode, rowAround(row).nextElementSibling),
  delete: (builder, row) => builder.remove(row),
  unchip: (builder, row, button) => removeChoice(builder, row, button.closest(".schema-chip")),
};

const rowAround = (row) => row.parentNode.closest(".schema-row");

export class Builder {
  /**
   * `pane` is the element of the builder. `write(changes, {typing})` changes the text and comes back with show();
   * `jump(from, to)` goes to the code, `undo` and `redo` do what they say.
   */
  constructor(pane, { write, jump, undo, redo }) {
    Object.assign(this, { pane, write, jump, undo, redo });
    this.outline = pane.querySelector(".schema-outline");
    this.list = this.outline.querySelector(".schema-fields");
    this.state = pane.querySelector(".schema-state");
    this.announcer = pane.querySelector("[data-announce]");
    this.menu = makeRowMenu(pane, (action, row) => this.act(action, row));
    this.folded = new Set();
    this.problems = new Map();
    this.places = new WeakMap(); // a row's {field, object}, a list's object
    this.draft = null; // the row {list, index, row} of a field that has no name yet
    this.listen();
  }

  listen() {
    const { outline } = this;
    outline.addEventListener("click", ({ target }) => this.clicked(target.closest("button[data-do]")));
    outline.addEventListener("input", ({ target }) => this.typed(target));
    outline.addEventListener("change", ({ target }) => this.changed(target));
    outline.addEventListener("focusout", ({ target }) => leaveName(this, target));
    outline.addEventListener("keydown", (event) => rowKeys(this, event));
    outline.addEventListener("paste", (event) => {
      if (event.target.dataset.do === "choice") pasteChoices(this, event.target.closest(".schema-row"), event);
    });
  }

  announce(sentence) {
    this.announcer.textContent = sentence;
  }

  // Drawing

  /** Draws a model of readSchema; a text that could not be read freezes what was drawn last. */
  show(text, model) {
    this.outline.disabled = !model.ok || Boolean(model.locked);
    putAttribute(this.pane, "tabindex", this.outline.disabled ? "0" : null); // so that the keys can still scroll it
    if (!model.ok) this.state.textContent = `${model.message} The fields are shown as they last were.`;
    else this.state.textContent = model.locked ? `${model.locked} Edit it in the code.` : "";
    if (!model.ok) return;
    this.text = text;
    this.root = model.root ?? { node: null, path: [], fields: [] };
    this.redraw();
  }

  redraw() {
    this.pane.classList.toggle("is-empty", !this.root.fields.length && !this.draft);
    this.draw(this.list, this.root);
  }

  draw(list, object) {
    if (!this.places.has(list)) makeSortable(this, list);
    this.places.set(list, object);
    const rows = [...object.fields];
    if (this.draft?.list === list) rows.splice(this.draft.index, 0, { draft: true, name: "", path: [] });
    reconcile(list, rows, makeRow, (row, field) => this.drawRow(row, field, object));
  }

  drawRow(row, field, object) {
    const key = keyOf(field.path);
    this.places.set(row, { field, object });
    showRow(row, field, { text: this.text, folded: this.folded.has(key), problem: this.problems.get(key) });
    if (field.object) this.draw(partsOf(row).list, field.object);
    else partsOf(row).list.replaceChildren();
  }

  /** Marks the rows that problems speak of, each with the first of its problems, which come worst first. */
  mark(problems) {
    this.problems.clear();
    for (const problem of problems.toReversed()) {
      const field = fieldAt(this.root, problem.path);
      if (field) this.problems.set(keyOf(field.path), problem);
    }
    for (const row of this.list.querySelectorAll(".schema-row")) {
      mark(row, this.problems.get(keyOf(this.fieldOf(row).path)));
    }
  }

  // What the controls do

  clicked(control) {
    if (control) this.act(control.dataset.do, control.closest(".schema-row"), control);
  }

  act(action, row, control) {
    ACTIONS[action]?.(this, row, control);
  }

  fieldOf(row) {
    return this.places.get(row).field;
  }

  /** What the menu of a row needs: its name, and the use of each action that does not always have one. */
  usesOf(row) {
    const { field, object } = this.places.get(row);
    const before = object.fields[field.index - 1];
    const around = rowAround(row);
    return {
      name: field.name,
      add: Boolean(field.object),
      up: field.index > 0,
      down: field.index < object.fields.length - 1,
      in: before?.object && !before.locked ? before.name : null,
      out: around ? this.fieldOf(around).name : null,
    };
  }

  typed(target) {
    const row = target.closest(".schema-row");
    if (target.dataset.do === "name") rename(this, row, target);
    if (target.dataset.do === "description") {
      this.write(edits.setDescription(this.text, this.fieldOf(row), target.value), { typing: true });
    }
  }

  changed(target) {
    if (!target.dataset.do) return; // Sortable has an event of this name as well
    const row = target.closest(".schema-row");
    const { field, object } = this.places.get(row);
    const action = target.dataset.do;
    if (action === "required") this.write(edits.setRequired(this.text, object, field, target.checked));
    if (action === "nullable") this.setNullable(row, field, target);
    if (action === "type") this.setType(field, target.value);
    if (action === "choice") addChoices(this, row, [target.value]);
  }

  /** Where the focus goes when the row that had it is gone. */
  focusEnd() {
    this.outline.querySelector(":scope > .schema-add").focus();
  }

  fold(row) {
    const key = keyOf(this.fieldOf(row).path);
    if (!this.folded.delete(key)) this.folded.add(key);
    this.redraw();
  }

  unfold(row) {
    if (row) this.folded.delete(keyOf(this.fieldOf(row).path));
  }

  /** Keeps what is folded folded when the path it stands under changes. */
  refold(from, to) {
    const isUnder = (path) => from.every((step, i) => step === path[i]);
    const moved = (path) => (isUnder(path) ? [...to, ...path.slice(from.length)] : path);
    this.folded = new Set([...this.folded].map((key) => keyOf(moved(JSON.parse(key)))));
  }

  duplicate(row) {
    const { field, object } = this.places.get(row);
    const name = edits.freshName(object, field.name);
    const copy = makeRow();
    row.after(copy);
    this.write(edits.duplicateField(this.text, object, field, name));
    partsOf(copy).name.select();
    this.announce(`${name} added.`);
  }

  remove(row) {
    const { field, object } = this.places.get(row);
    const list = row.parentNode;
    row.remove();
    this.write(edits.removeField(this.text, object, field));
    const next = list.children[Math.min(field.index, list.children.length - 1)];
    if (next) partsOf(next).name.focus();
    else list.parentNode.querySelector(":scope > .schema-add").focus();
    this.announce(`${field.name} deleted. Undo brings it back.`);
  }

  setNullable(row, field, input) {
    const changes = setNullable(this.text, field, input.checked);
    if (changes) return this.write(changes);
    this.redraw();
    note(row, "Null is allowed here by more than the type; change that in the code.");
  }

  setType(field, word) {
    const lost = field.object && typeOfWord(word).type !== "object" ? field.object.fields.length : 0;
    this.write(setType(this.text, field, typeOfWord(word)));
    if (lost) this.announce(`${lost} nested fields removed. Undo brings them back.`);
  }
}
