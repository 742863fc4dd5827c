// What a person does to a field in the builder, as changes of the schema's text. Each function takes the text and the
// rows that schema-model.js read from it, and returns the changes of one edit; keywords it does not know stay as they are.

import { choiceText } from "./schema-model.js";
import {
  entryIndent,
  entryOf,
  indentAt,
  insertEntries,
  moveEntry,
  nameText,
  objectText,
  reindent,
  removeEntry,
  replace,
  setMembers,
  slice,
  span,
  stringOf,
  unitOf,
  valueOf,
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
    return [
      ...insertEntries(text, properties, index, [`${quote(name)}: ${value}`]),
      ...require(text, object, index, name),
    ];
  }
  const [indent, unit] = [entryIndent(text, object.node), unitOf(text)];
  const members = [["properties", objectText([[quote(name), scalar(indent + unit, unit)]], indent, unit)]];
  if (!valueOf(object.node, "required"))
    return setMembers(text, object.node, [...members, ["required", `[${quote(name)}]`]]);
  return [...setMembers(text, object.node, members), ...require(text, object, index, name)];
}

/** Lists a name as required, before the names of the fields that stand from `index` on. */
function require(text, object, index, name) {
  const required = valueOf(object.node, "required");
  if (!required) return setMembers(text, object.node, [["required", `[${quote(name)}]`]]);
  const later = new Set(object.fields.slice(index).map((field) => field.name));
  const place = required.entries.findIndex((item) => later.has(stringOf(text, item)));
  return insertItem(text, required, place < 0 ? required.entries.length : place, quote(name));
}

function unrequire(text, object, name) {
  const required = valueOf(object.node, "required");
  const place = required?.entries.findIndex((item) => stringOf(text, item) === name) ?? -1;
  return place < 0 ? [] : removeEntry(text, required, place);
}

export function setRequired(text, object, field, on) {
  if (on === field.required) return [];
  return on ? require(text, object, field.index + 1, field.name) : unrequire(text, object, field.name);
}

export function renameField(text, object, field, name) {
  const items = valueOf(object.node, "required")?.entries ?? [];
  const listed = isTwice(object, field) ? [] : items.filter((item) => stringOf(text, item) === field.name);
  const { keyFrom: from, keyTo: to } = field.entry;
  return [{ from, to }, ...listed.map(span)].flatMap((place) => replace(text, place, quote(name)));
}

const isTwice = (object, field) =>
  object.fields.some((other) => other.index !== field.index && other.name === field.name);

export function removeField(text, object, field) {
  const listed = isTwice(object, field) ? [] : unrequire(text, object, field.name);
  return [...removeEntry(text, valueOf(object.node, "properties"), field.index), ...listed];
}

export function duplicateField(text, object, field, name) {
  const piece = `${quote(name)}: ${slice(text, field.entry.value)}`;
  const inserted = insertEntries(text, valueOf(object.node, "properties"), field.index + 1, [piece]);
  return field.required ? [...inserted, ...require(text, object, field.index + 1, name)] : inserted;
}

export const moveField = (text, object, from, to) =>
  moveEntry(text, valueOf(object.node, "properties"), from, to);

export function setDescription(text, field, value) {
  const node = [field.outer, field.branch].find((place) => valueOf(place, "description")) ?? field.outer;
  const index = node.entries.findIndex((entry) => entry.key === "description");
  if (index >= 0)
    return value ? replace(text, node.entries[index].value, quote(value)) : removeEntry(text, node, index);
  const after = node.entries.findIndex(({ key }) => ["type", "anyOf", "$ref"].includes(key));
  return value ? insertEntries(text, node, after + 1, [`"description": ${quote(value)}`]) : [];
}

/** Allows or forbids null; null instead of changes when an anyOf says one thing twice, so that neither would be lost. */
export function setNullable(text, field, on) {
  if (field.branch !== field.outer) return on ? [] : withoutNull(text, field);
  if (field.branch !== field.node) return on ? withNull(text, field) : null;
  const type = valueOf(field.node, "type");
  const word =
    type &&
    (type.kind === "array" ? type.entries.map((item) => stringOf(text, item)) : [stringOf(text, type)]);
  const name = quote(word?.find((each) => each !== "null") ?? "string");
  const typed = type ? replace(text, type, on ? `[${name}, "null"]` : name) : [];
  return [...typed, ...(field.list || !field.choices ? [] : nullChoice(text, field.choices, on))];
}

function nullChoice(text, choices, on) {
  const place = choices.entries.findIndex((item) => item.kind === "null");
  if (on === place >= 0) return [];
  return on ? insertItem(text, choices, choices.entries.length, "null") : removeEntry(text, choices, place);
}

function withoutNull(text, field) {
  const [outer, branch] = [membersOf(text, field.outer), membersOf(text, field.branch)];
  if (branch.some(({ key }) => outer.some((member) => member.key === key))) return null;
  const members = outer.flatMap((member) => (member.key === "anyOf" ? branch : [member]));
  return [{ ...span(field.outer), insert: written(text, field.outer, members) }];
}

/** A field that refers to a definition is nullable through an anyOf; the definition stays as it is. */
function withNull(text, field) {
  const members = membersOf(text, field.outer).map((each) => {
    return each.key === "$ref" ? member("anyOf", `[{ "$ref": ${each.value} }, { "type": "null" }]`) : each;
  });
  return [{ ...span(field.outer), insert: written(text, field.outer, members) }];
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
  const listed = field.required ? require(text, to, index, field.name) : [];
  return [...removeField(text, from, field), ...inserted, ...listed];
}

// Choices of an enum

export const addChoice = (text, field, label) =>
  insertItem(text, field.choices, field.choices.entries.length, choiceJson(text, field, label));

export const removeChoice = (text, field, index) => removeEntry(text, field.choices, index);

export const moveChoice = (text, field, from, to) => moveEntry(text, field.choices, from, to);

export const hasChoice = (text, field, label) =>
  field.choices.entries.some((item) => choiceText(text, item) === label);

function choiceJson(text, field, label) {
  const type = valueOf(field.items ?? field.node, "type");
  const isNumber =
    type && /\b(number|integer)\b/.test(slice(text, type)) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(label);
  return isNumber ? label : quote(label);
}

const WIDEST = 100;

/** Puts an item into a list; a list on one line that grows too long gets a line for each item. */
function insertItem(text, list, index, item) {
  const items = list.entries.map((entry) => slice(text, entry));
  items.splice(index, 0, item);
  const line = `[${items.join(", ")}]`;
  const start = text.lastIndexOf("\n", list.from) + 1;
  if (slice(text, list).includes("\n") || list.from - start + line.length <= WIDEST)
    return insertEntries(text, list, index, [item]);
  const indent = indentAt(text, list.from);
  const gap = `\n${indent}${unitOf(text)}`;
  return [{ ...span(list), insert: `[${gap}${items.join(`,${gap}`)}\n${indent}]` }];
}

// Types: the field's schema is written anew from its members, each with the text it had

const NESTED = ["properties", "required", "additionalProperties"];
const OF_ITEMS = ["enum", ...NESTED];

/** Makes the field a `type` (a scalar, "enum" or "object"), or a list of them. Nullability and the description stay. */
export function setType(text, field, { type, list }) {
  let outer = membersOf(text, field.node);
  let inner = field.list
    ? membersOf(text, field.items)
    : outer.filter(({ key }) => key === "type" || OF_ITEMS.includes(key));
  const [indent, unit] = [indentAt(text, field.node.from), unitOf(text)];
  inner = retyped(inner, field.type, type);
  const told = ["type", ...(field.list || list ? ["items"] : []), ...(field.list ? [] : OF_ITEMS)];
  const plain = outer.filter(({ key }) => !told.includes(key));
  const kept = new Set(plain.map(({ key }) => key));
  const items = () => objectText(pairs(inner, indent + unit + unit), indent + unit, unit);
  if (list) outer = [member("type", '"array"'), ...plain, member("items", items(), indent + unit)];
  else outer = [inner[0], ...plain, ...inner.slice(1).filter(({ key }) => !kept.has(key))];
  if (nullableByType(text, field)) outer[0] = { ...outer[0], value: `[${outer[0].value}, "null"]` };
  return [{ ...span(field.node), insert: objectText(pairs(outer, indent + unit), indent, unit) }];
}

const nullableByType = (text, field) => valueOf(field.node, "type")?.kind === "array" && field.nullable;

function member(key, value, indent = "") {
  return { key, name: quote(key), value, indent };
}

const EMPTY_OBJECT = [
  member("properties", "{}"),
  member("required", "[]"),
  member("additionalProperties", "false"),
];

/** The members that carry the type, in their new form, "type" first. */
function retyped(members, old, type) {
  const keeps = old === type ? () => true : ({ key }) => key !== "type" && !OF_ITEMS.includes(key);
  const others = members.filter(({ key }) => key !== "type").filter(keeps);
  const said = members
    .find(({ key }) => key === "type")
    ?.value.match(/"(number|integer|boolean|string|object)"/)?.[0];
  if (type === "enum") {
    const choices = members.find(({ key }) => key === "enum") ?? member("enum", "[]");
    return [
      member("type", said === '"object"' ? '"string"' : (said ?? '"string"')),
      choices,
      ...others.filter(({ key }) => key !== "enum"),
    ];
  }
  if (type !== "object" || old === "object") return [member("type", quote(type)), ...others];
  return [member("type", '"object"'), ...others, ...EMPTY_OBJECT];
}

/** The members of an object node: {key, name (its JSON text), value (its JSON text), indent (of the line it begins on)}. */
function membersOf(text, node) {
  return node.entries.map((entry) => ({
    key: entry.key,
    name: nameText(text, entry),
    value: slice(text, entry.value),
    indent: indentAt(text, entry.from),
  }));
}

const pairs = (members, indent) =>
  members.map(({ name, value, indent: was }) => [name, reindent(value, was, indent)]);

function written(text, node, members) {
  const [indent, unit] = [indentAt(text, node.from), unitOf(text)];
  return objectText(pairs(members, indent + unit), indent, unit);
}
