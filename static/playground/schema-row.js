// One row of the builder: its elements, and how they come to show a field. What the controls do is the builder's.

import { choiceText } from "./schema-model.js";
import { el, put, putAttribute, reconcile } from "./schema-dom.js";

const SCALAR_NAMES = ["string", "number", "integer", "boolean", "enum"];
let rows = 0;

/** The value of the type menu for a field, and back: "string", "object", "string[]" … */
export const typeWord = (field) => `${field.type}${field.list ? "[]" : ""}`;
export const typeOfWord = (word) => ({ type: word.replace("[]", ""), list: word.endsWith("[]") });

/** An empty row; `data-do` names what each control does, the builder listens on the whole outline. */
export function makeRow() {
  const errorId = `schema-row-${++rows}`;
  return el(
    "li",
    { className: "schema-row" },
    el(
      "div",
      { className: "schema-line" },
      el("span", {
        className: "schema-grip",
        "aria-hidden": "true",
        textContent: "⠿",
        title: "Drag, or press Alt+↑ and Alt+↓",
      }),
      button("fold", "schema-caret", "▾"),
      el("input", {
        className: "schema-name",
        type: "text",
        spellcheck: false,
        autocomplete: "off",
        "aria-describedby": errorId,
        data: { do: "name" },
        dir: "auto",
      }),
      typeMenu(),
      el(
        "div",
        { className: "schema-words" },
        el("textarea", {
          className: "schema-description",
          rows: 1,
          dir: "auto",
          placeholder: "Describe what to find",
          data: { do: "description" },
        }),
      ),
      toggle("required", "✱", "Required: always in the answer"),
      toggle("nullable", "∅", "Nullable: null when nothing was found"),
      el("span", { className: "schema-reason" }),
      button("code", "button button-quiet schema-jump", "Edit in code"),
      el("span", { className: "schema-mark" }, el("span", { className: "visually-hidden" })),
      button("menu", "schema-more", "⋮"),
    ),
    el("p", { className: "schema-note field-error", id: errorId, hidden: true }),
    makeChoices(),
    el("ol", { className: "schema-fields", hidden: true }),
    button("add", "button button-quiet schema-add", "+ field"),
  );
}

const button = (action, className, textContent) => el("button", { type: "button", className, textContent, data: { do: action } });

const toggle = (action, sign, title) =>
  el(
    "label",
    { className: "schema-toggle", title },
    el("input", { type: "checkbox", data: { do: action } }),
    el("span", { "aria-hidden": "true", textContent: sign }),
  );

function typeMenu() {
  const option = (value, textContent) => el("option", { value, textContent });
  const lists = [...SCALAR_NAMES, "object"].map((name) => option(`${name}[]`, `array of ${name}`));
  const shared = el("option", { value: "$ref", hidden: true });
  return el(
    "select",
    { className: "schema-type", data: { do: "type" } },
    shared,
    ...[...SCALAR_NAMES, "object"].map((name) => option(name, name)),
    ...lists,
  );
}

function makeChoices() {
  return el(
    "div",
    { className: "schema-choices", hidden: true },
    el("ul", { className: "schema-chips" }),
    el("input", {
      className: "schema-choice-new",
      type: "text",
      autocomplete: "off",
      placeholder: "Add a choice",
      dir: "auto",
      data: { do: "choice" },
    }),
  );
}

const makeChip = () =>
  el(
    "li",
    { className: "schema-chip" },
    el("button", {
      type: "button",
      className: "schema-chip-text",
      title: "Alt+← and Alt+→ move it, Delete removes it",
      "aria-keyshortcuts": "Alt+ArrowLeft Alt+ArrowRight Delete",
      data: { do: "chip" },
    }),
    button("unchip", "schema-chip-drop", "×"),
  );

/** The parts of a row by name. */
export const partsOf = (row) => {
  const [line, note, choices, list, add] = row.children;
  const find = (name) => line.querySelector(`.schema-${name}`);
  return {
    line,
    note,
    choices,
    list,
    add,
    caret: find("caret"),
    name: find("name"),
    type: find("type"),
    words: find("words"),
    description: find("description"),
    required: line.querySelector("[data-do=required]"),
    nullable: line.querySelector("[data-do=nullable]"),
    reason: find("reason"),
    jump: find("jump"),
    more: find("more"),
    mark: find("mark"),
  };
};

/** Shows a field in a row; a draft, {draft: true}, shows its name alone. */
export function showRow(row, field, { text, folded, problem }) {
  const parts = partsOf(row);
  const title = field.name ? field.name.slice(0, 60) : "new field";
  row.classList.toggle("is-draft", Boolean(field.draft));
  row.classList.toggle("is-locked", Boolean(field.locked));
  showName(parts, field, title);
  showControls(parts, field, title);
  showChoices(parts, field, title, text);
  showNested(parts, field, title, folded);
  mark(row, problem);
  if (parts.name.dataset.refused === undefined) note(row, "");
}

function showName(parts, field, title) {
  if (parts.name.dataset.refused === undefined) put(parts.name, "value", field.name);
  putAttribute(parts.name, "aria-label", field.draft ? "Name of the new field" : `Name of ${title}`);
  put(parts.name, "title", field.name.length > 24 ? field.name.slice(0, 500) : "");
  put(parts.name, "placeholder", field.draft ? "name" : "");
}

function showControls(parts, field, title) {
  const drawn = !field.draft && !field.locked;
  for (const part of [parts.type, parts.words, parts.nullable.parentNode]) put(part, "hidden", !drawn);
  put(parts.required.parentNode, "hidden", Boolean(field.draft));
  put(parts.reason, "hidden", !field.locked);
  put(parts.jump, "hidden", !field.locked);
  put(parts.more, "hidden", Boolean(field.draft));
  put(parts.reason, "textContent", field.locked ?? "");
  putAttribute(parts.jump, "aria-label", `Edit in code: ${title}`);
  putAttribute(parts.more, "aria-label", `More for ${title}`);
  putAttribute(parts.required, "aria-label", `${title} is required`);
  putAttribute(parts.nullable, "aria-label", `${title} is nullable`);
  putAttribute(parts.type, "aria-label", `Type of ${title}`);
  putAttribute(parts.description, "aria-label", `Description of ${title}`);
  put(parts.required, "checked", Boolean(field.required));
  put(parts.nullable, "checked", Boolean(field.nullable));
  if (!drawn) return;
  put(parts.type.options[0], "textContent", `${field.list ? "array of " : ""}${field.shared ?? ""}`);
  put(parts.type, "value", field.shared ? "$ref" : typeWord(field));
  put(parts.type, "disabled", Boolean(field.shared));
  put(
    parts.type,
    "title",
    field.shared ? `${field.shared} is defined once; what you change in it changes wherever it is used.` : "",
  );
  put(parts.description, "value", field.description);
}

function showChoices(parts, field, title, text) {
  const shown = Boolean(field.choices) && !field.locked;
  put(parts.choices, "hidden", !shown);
  if (!shown) return;
  const [chips, input] = parts.choices.children;
  const items = field.choices.entries.map((item, index) => ({ item, index })).filter(({ item }) => item.kind !== "null");
  putAttribute(chips, "aria-label", `Choices of ${title}`);
  putAttribute(input, "aria-label", `Add a choice to ${title}`);
  reconcile(chips, items, makeChip, (chip, { item, index }) => {
    const [name, drop] = chip.children;
    const label = choiceText(text, item);
    chip.dataset.index = index;
    put(name, "textContent", label || "(empty)");
    putAttribute(drop, "aria-label", `Remove ${label}`);
  });
}

function showNested(parts, field, title, folded) {
  const nested = Boolean(field.object) && !field.locked;
  put(parts.caret, "disabled", !nested);
  putAttribute(parts.caret, "aria-label", nested ? `Fields of ${title}` : "No nested fields");
  putAttribute(parts.caret, "aria-expanded", nested ? String(!folded) : null);
  putAttribute(parts.caret, "aria-hidden", nested ? null : "true");
  put(parts.list, "hidden", !nested || folded);
  put(parts.add, "hidden", !nested || folded);
  putAttribute(parts.list, "aria-label", `Fields of ${title}`);
  putAttribute(parts.add, "aria-label", `+ field in ${title}`);
}

/** Marks a row with its worst problem, {severity, message}, or with none. */
export function mark(row, problem) {
  const { mark: sign } = partsOf(row);
  putAttribute(sign, "data-severity", problem?.severity ?? null);
  put(sign, "title", problem?.message ?? "");
  put(sign.firstChild, "textContent", problem ? `${problem.severity}: ${problem.message}` : "");
}

/** Shows one sentence under the row's line, or takes it away. */
export function note(row, sentence) {
  const { note: line, name } = partsOf(row);
  put(line, "textContent", sentence);
  put(line, "hidden", !sentence);
  putAttribute(name, "aria-invalid", sentence ? "true" : null);
}
