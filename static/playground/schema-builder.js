// The builder pane: an outline of the schema's fields. It holds no schema of its own; each control asks for changes of
// the text, and the outline is drawn anew from what the text then says.

import { Sortable } from "../vendor/sortablejs/sortable.js"
import * as edits from "./schema-edits.js"
import { reconcile } from "./schema-dom.js"
import { fieldAt } from "./schema-model.js"
import { rowKeys } from "./schema-keys.js"
import { makeRowMenu } from "./schema-menu.js"
import { makeRow, mark, note, partsOf, showRow, typeOfWord } from "./schema-row.js"

let pointerIsDown = false
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(type, () => (pointerIsDown = type === "pointerdown"), { capture: true })
}

const keyOf = (path) => JSON.stringify(path)

export class Builder {
  /**
   * `pane` is the element of the builder. `write(changes, {typing})` changes the text and comes back with show();
   * `jump(offset)` goes to the code, `undo` and `redo` do what they say.
   */
  constructor(pane, { write, jump, undo, redo }) {
    Object.assign(this, { pane, write, jump, undo, redo })
    this.outline = pane.querySelector(".schema-outline")
    this.list = this.outline.querySelector(".schema-fields")
    this.state = pane.querySelector(".schema-state")
    this.announcer = pane.querySelector("[data-announce]")
    this.menu = makeRowMenu(pane, (action, row) => this.act(action, row))
    this.folded = new Set()
    this.problems = new Map()
    this.places = new WeakMap()
    this.sorted = new WeakSet()
    this.draft = null
    this.listen()
  }

  listen() {
    this.outline.addEventListener("click", (event) => this.clicked(event))
    this.outline.addEventListener("input", (event) => this.typed(event))
    this.outline.addEventListener("change", (event) => this.changed(event))
    this.outline.addEventListener("focusout", (event) => this.left(event))
    this.outline.addEventListener("keydown", (event) => rowKeys(this, event))
    this.outline.addEventListener("paste", (event) => this.pasted(event))
  }

  // Drawing

  /** Draws a model of readSchema; one that could not be read freezes what was drawn last. */
  show(text, model) {
    this.outline.disabled = !model.ok || Boolean(model.locked)
    this.say(model.ok ? (model.locked ? `${model.locked} Edit it in the code.` : "") : `${model.message} The fields are shown as they last were.`)
    if (!model.ok) return
    this.text = text
    this.root = model.root ?? { node: null, path: [], fields: [] }
    this.redraw()
  }

  say(sentence) {
    this.state.textContent = sentence
  }

  redraw() {
    this.pane.classList.toggle("is-empty", !this.root.fields.length && !this.draft)
    this.draw(this.list, this.root)
  }

  draw(list, object) {
    if (!this.sorted.has(list)) this.sortable(list)
    this.places.set(list, object)
    const rows = [...object.fields]
    if (this.draft?.key === keyOf(object.path)) rows.splice(this.draft.index, 0, { draft: true, name: "", path: [] })
    reconcile(list, rows, makeRow, (row, field) => this.drawRow(row, field, object))
  }

  drawRow(row, field, object) {
    const key = keyOf(field.path)
    this.places.set(row, { field, object })
    showRow(row, field, { text: this.text, folded: this.folded.has(key), problem: this.problems.get(key) })
    if (field.object) this.draw(partsOf(row).list, field.object)
    else partsOf(row).list.replaceChildren()
  }

  /** Marks the rows that the problems of a check speak of. */
  mark(problems) {
    this.problems.clear()
    for (const problem of problems) {
      const field = problem.path && fieldAt(this.root, problem.path)
      if (!field) continue
      const known = this.problems.get(keyOf(field.path))
      if (!known || (known.severity !== "error" && problem.severity === "error")) this.problems.set(keyOf(field.path), problem)
    }
    for (const row of this.list.querySelectorAll(".schema-row")) mark(row, this.problems.get(keyOf(this.places.get(row).field.path)))
  }

  sortable(list) {
    this.sorted.add(list)
    Sortable.create(list, {
      handle: ".schema-grip",
      animation: 0,
      onEnd: ({ item, oldIndex, newIndex }) => {
        list.insertBefore(item, list.children[oldIndex < newIndex ? oldIndex : oldIndex + 1] ?? null)
        this.move(item, newIndex - oldIndex)
      },
    })
  }

  announce(sentence) {
    this.announcer.textContent = ""
    this.announcer.textContent = sentence
  }

  // What the controls do

  clicked({ target }) {
    const control = target.closest("[data-do]")
    const row = target.closest(".schema-row")
    if (control?.tagName === "BUTTON") this.act(control.dataset.do, row, control)
  }

  act(action, row, control) {
    const { field, object } = this.places.get(row) ?? {}
    if (action === "add") this.startDraft(field?.object ?? this.root)
    if (action === "below") this.startDraft(object, field.index + 1)
    if (action === "fold") this.fold(field)
    if (action === "menu") this.menu.open(control, row, field, object)
    if (action === "code") this.jump(field.entry.keyFrom)
    if (action === "duplicate") this.duplicate(row)
    if (action === "up" || action === "down") this.move(row, action === "up" ? -1 : 1, "menu")
    if (action === "delete") this.remove(row)
    if (action === "unchip") this.removeChoice(row, control.closest(".schema-chip"))
  }

  typed({ target }) {
    const row = target.closest(".schema-row")
    const { field, object } = this.places.get(row)
    if (target.dataset.do === "name") this.rename(row, field, object, target)
    if (target.dataset.do === "description") this.write(edits.setDescription(this.text, field, target.value), { typing: true })
  }

  changed({ target }) {
    if (!target.dataset.do) return // Sortable has events of this name as well
    const row = target.closest(".schema-row")
    const { field, object } = this.places.get(row)
    const action = target.dataset.do
    if (action === "required") this.write(edits.setRequired(this.text, object, field, target.checked))
    if (action === "nullable") this.setNullable(row, field, target)
    if (action === "type") this.setType(field, target.value)
    if (action === "choice") this.addChoices(row, [target.value])
  }

  /** Writes a name while it is typed; one that can't be is refused at the row, and the text keeps the former. */
  rename(row, field, object, input) {
    const refusal = input.value === "" && field.draft ? null : edits.refuseName(object, field.draft ? null : field, input.value)
    note(row, refusal ?? "")
    if (refusal) input.dataset.refused = ""
    else delete input.dataset.refused
    if (refusal || (field.draft && input.value === "")) return
    if (field.draft) return this.write(this.newField(object, input.value), { typing: true })
    this.refold(field.path, [...field.path.slice(0, field.path.lastIndexOf(field.name)), input.value])
    this.write(edits.renameField(this.text, object, field, input.value), { typing: true })
  }

  newField(object, name) {
    const { index } = this.draft
    this.draft = null
    if (!object.node) return [{ from: 0, to: this.text.length, insert: edits.firstField(name) }]
    return edits.addField(this.text, object, index, name)
  }

  /** A name that was refused gives way to the field's own when the focus goes; a draft without a name goes. */
  left({ target }) {
    if (target.dataset.do !== "name") return
    const row = target.closest(".schema-row")
    const { field } = this.places.get(row) ?? {}
    if (target.dataset.refused !== undefined) {
      delete target.dataset.refused
      target.value = field.name
      note(row, "")
    }
    if (field?.draft && this.draft) this.leaveDraft(this.draft)
  }

  /** Drops an empty draft; after the click when the pointer is down, or what is being clicked would move away under it. */
  leaveDraft(draft) {
    const drop = () => draft === this.draft && this.dropDraft()
    if (pointerIsDown) document.addEventListener("click", () => setTimeout(drop), { once: true })
    else drop()
  }

  /** Opens a row for a field that has no name yet; nothing is written before its first letter. */
  startDraft(object, index = object.fields.length) {
    this.dropDraft()
    if (object.path.length) this.folded.delete(keyOf(object.path))
    const row = makeRow()
    this.draft = { key: keyOf(object.path), index, row }
    const list = this.listOf(object)
    list.insertBefore(row, list.children[index] ?? null)
    this.redraw()
    partsOf(row).name.focus()
  }

  dropDraft() {
    const row = this.draft?.row
    this.draft = null
    row?.remove()
    this.redraw()
  }

  /** The list element that shows an object's fields. */
  listOf(object) {
    const lists = [this.list, ...this.list.querySelectorAll(".schema-fields")]
    return lists.find((list) => this.places.get(list) && keyOf(this.places.get(list).path) === keyOf(object.path))
  }

  fold(field) {
    const key = keyOf(field.path)
    if (!this.folded.delete(key)) this.folded.add(key)
    this.redraw()
  }

  /** Keeps what is folded folded when the path it stands under changes. */
  refold(from, to) {
    const folded = [...this.folded].map((key) => JSON.parse(key))
    const under = (path) => from.every((step, i) => step === path[i])
    this.folded = new Set(folded.map((path) => keyOf(under(path) ? [...to, ...path.slice(from.length)] : path)))
  }

  duplicate(row) {
    const { field, object } = this.places.get(row)
    const name = edits.freshName(object, field.name)
    const copy = makeRow()
    row.after(copy)
    this.write(edits.duplicateField(this.text, object, field, name))
    partsOf(copy).name.select()
    this.announce(`${name} added.`)
  }

  remove(row) {
    const { field, object } = this.places.get(row)
    const list = row.parentNode
    row.remove()
    this.write(edits.removeField(this.text, object, field))
    const next = list.children[Math.min(field.index, list.children.length - 1)]
    ;(next?.querySelector("[data-do=name]") ?? this.outline.querySelector(":scope > .schema-add")).focus()
    this.announce(`${field.name} deleted. Undo brings it back.`)
  }

  move(row, by, focus) {
    const { field, object } = this.places.get(row)
    const to = field.index + by
    if (by === 0 || to < 0 || to >= object.fields.length) return
    const list = row.parentNode
    const control = focus ?? document.activeElement?.dataset.do ?? "name"
    list.insertBefore(row, list.children[by < 0 ? to : to + 1] ?? null)
    this.write(edits.moveField(this.text, object, field.index, to))
    ;(row.querySelector(`.schema-line [data-do=${control}]`) ?? partsOf(row).name).focus()
    this.announce(`${field.name} is now ${to + 1} of ${object.fields.length}.`)
  }

  setNullable(row, field, input) {
    const changes = edits.setNullable(this.text, field, input.checked)
    if (changes) return this.write(changes)
    input.checked = true
    note(row, "The field and its alternative both say the same thing; allow or forbid null in the code.")
  }

  setType(field, word) {
    const lost = field.object && typeOfWord(word).type !== "object" ? field.object.fields.length : 0
    this.write(edits.setType(this.text, field, typeOfWord(word)))
    if (lost) this.announce(`${lost} nested fields removed. Undo brings them back.`)
  }

  // Choices

  addChoices(row, labels) {
    const input = row.querySelector(".schema-choice-new")
    input.value = ""
    for (const label of labels.map((each) => each.trim()).filter(Boolean)) {
      const { field } = this.places.get(row)
      if (edits.hasChoice(this.text, field, label)) this.announce(`${label} is a choice already.`)
      else this.write(edits.addChoice(this.text, field, label))
    }
  }

  pasted(event) {
    if (event.target.dataset.do !== "choice") return
    const lines = event.clipboardData.getData("text").split(/\r?\n/)
    if (lines.length < 2) return
    event.preventDefault()
    this.addChoices(event.target.closest(".schema-row"), lines)
  }

  removeChoice(row, chip) {
    const { field } = this.places.get(row)
    const index = [...chip.parentNode.children].indexOf(chip)
    this.write(edits.removeChoice(this.text, field, Number(chip.dataset.index)))
    const { choices } = partsOf(row)
    const chips = choices.querySelectorAll(".schema-chip-text")
    ;(chips[Math.min(index, chips.length - 1)] ?? choices.querySelector("input")).focus()
  }

  moveChoice(row, chip, by) {
    const { field } = this.places.get(row)
    const other = by < 0 ? chip.previousElementSibling : chip.nextElementSibling
    if (!other) return
    this.write(edits.moveChoice(this.text, field, Number(chip.dataset.index), Number(other.dataset.index)))
    other.querySelector(".schema-chip-text").focus()
    this.announce(`Moved ${by < 0 ? "before" : "after"} ${chip.textContent.slice(0, -1)}.`)
  }
}
