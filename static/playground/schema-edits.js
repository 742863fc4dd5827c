// What a person does to a field in the builder, as changes of the schema's text. Each function takes the text and the
// rows that schema-model.js read from it, and returns the changes of one edit; what it does not know stays as it is.

import { choiceText } from "./schema-model.js";
import { nameText, slice, stringOf, valueOf } from "./schema-json.js";
import {
  entryIndent,
  indentAt,
  insertEntries,
  insertItem,
  moveEntry,
  objectText,
  reindent,
  removeEntry,
  replace,
  setMembers,
  span,
  unitOf,
} from "./schema-text.js";

const quote = JSON.stringify;

/** A whole schema that holds one field, for an empty editor. */
export const firstField = (name) =>
  objectText(
    [
      ['"type"', '"object"'],
      ['"properties"', objectText([[quote(name), scalar("    ", "  ")]], "  ", "  ")],
      ['"required"', `[${quote(name)}]`],
      ['"additionalProperties"', "false"],
    ],
    "",
    "  ",
  );

const scalar = (indent, unit) => objectText([['"type"', '"string"']], indent, unit);

/** Why a field of this object can't have this name, as a sentence; null when it can. */
export function refuseName(object, field, name) {
  if (name === "") return "A field needs a name.";
  const taken = object?.fields.some((other) => other.index !== field?.index && other.name === name);
  return taken ? "Another field here has this name already; choose a different one." : null;
}

/** A name that no field of the object has, made from `name`. */
export function freshName(object, name) {
  const taken = new Set(object.fields.map((field) => field.name));
  let number = 2;
  while (taken.has(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

export function addField(text, object, index, name) {
  const properties = valueOf(object.node, "properties");
  if (properties) {
    const value = scalar(entryIndent(text, properties), unitOf(text));
    return [...insertEntries(text, properties, index, [`${quote(name)}: ${value}`]), ...addRequired(text, object, index, name)];
  }
  const [indent, unit] = [entryIndent(text, object.node), unitOf(text)];
  const members = [["properties", objectText([[quote(name), scalar(indent + unit, unit)]], indent, unit)]];
  if (!valueOf(object.node, "required")) return setMembers(text, object.node, [...members, ["required", `[${quote(name)}]`]]);
  return [...setMembers(text, object.node, members), ...addRequired(text, object, index, name)];
}

/** Lists a name as required, before the names of the fields that stand from `index` on. */
function addRequired(text, object, index, name) {
  const required = valueOf(object.node, "required");
  if (!required) return setMembers(text, object.node, [["required", `[${quote(name)}]`]]);
  const later = new Set(object.fields.slice(index).map((field) => field.name));
  const place = required.entries.findIndex((item) => later.has(stringOf(text, item)));
  return insertItem(text, required, place < 0 ? required.entries.length : place, quote(name));
}

function dropRequired(text, object, name) {
  const required = valueOf(object.node, "required");
  const place = required?.entries.findIndex((item) => stringOf(text, item) === name) ?? -1;
  return place < 0 ? [] : removeEntry(text, required, place);
}

export function setRequired(text, object, field, on) {
  if (on === field.required) return [];
  return on ? addRequired(text, object, field.index + 1, field.name) : dropRequired(text, object, field.name);
}

export function renameField(text, object, field, name) {
  const items = valueOf(object.node, "required")?.entries ?? [];
  const listed = isTwice(object, field) ? [] : items.filter((item) => stringOf(text, item) === field.name);
  const { keyFrom: from, keyTo: to } = field.entry;
  return [{ from, to }, ...listed.map(span)].flatMap((place) => replace(text, place, quote(name)));
}

const isTwice = (object, field) => object.fields.some((other) => other.index !== field.index && other.name === field.name);

export function removeField(text, object, field) {
  const listed = isTwice(object, field) ? [] : dropRequired(text, object, field.name);
  return [...removeEntry(text, valueOf(object.node, "properties"), field.index), ...listed];
}

export function duplicateField(text, object, field, name) {
  const piece = `${quote(name)}: ${slice(text, field.entry.value)}`;
  const inserted = insertEntries(text, valueOf(object.node, "properties"), field.index + 1, [piece]);
  return field.required ? [...inserted, ...addRequired(text, object, field.index + 1, name)] : inserted;
}

export const moveField = (text, object, from, to) => moveEntry(text, valueOf(object.node, "properties"), from, to);

export function setDescription(text, field, value) {
  const node = [field.outer, field.branch].find((place) => valueOf(place, "description")) ?? field.outer;
  const index = node.entries.findIndex((entry) => entry.key === "description");
  if (index >= 0) return value ? replace(text, node.entries[index].value, quote(value)) : removeEntry(text, node, index);
  const after = node.entries.findIndex(({ key }) => ["type", "anyOf", "$ref"].includes(key));
  return value ? insertEntries(text, node, after + 1, [`"description": ${quote(value)}`]) : [];
}

/** Moves a field into another object, to the place before its field at `index`, required there if it was here. */
export function moveInto(text, from, field, to, index) {
  const piece = `${nameText(text, field.entry)}: `;
  const indent = indentAt(text, field.entry.from);
  const properties = valueOf(to.node, "properties");
  const put = (there) => piece + reindent(slice(text, field.entry.value), indent, there);
  const inserted = properties
    ? insertEntries(text, properties, index, [put(entryIndent(text, properties))])
    : setMembers(text, to.node, [["properties", `{ ${put(entryIndent(text, to.node))} }`]]);
  const listed = field.required ? addRequired(text, to, index, field.name) : [];
  return [...removeField(text, from, field), ...inserted, ...listed];
}

// Choices of an enum

export const addChoice = (text, field, label) =>
  insertItem(text, field.choices, field.choices.entries.length, choiceJson(text, field, label));

export const removeChoice = (text, field, index) => removeEntry(text, field.choices, index);

export const moveChoice = (text, field, from, to) => moveEntry(text, field.choices, from, to);

export const hasChoice = (text, field, label) => field.choices.entries.some((item) => choiceText(text, item) === label);

function choiceJson(text, field, label) {
  const type = valueOf(field.items ?? field.node, "type");
  const isNumber = type && /\b(number|integer)\b/.test(slice(text, type)) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(label);
  return isNumber ? label : quote(label);
}
