// Changing what a field may hold: its type, and whether it may be null. The field's schema is written anew from its
// members, each with the text it had, so that keywords the builder does not know come along.

import { nameText, slice, valueOf } from "./schema-json.js";
import { indentAt, insertItem, objectText, reindent, removeEntry, replace, span, unitOf } from "./schema-text.js";

const quote = JSON.stringify;

const OBJECT_ONLY = ["properties", "required", "additionalProperties"];
const OF_TYPE = ["enum", ...OBJECT_ONLY];

/** Makes the field a `type` (a scalar, "enum" or "object"), or a list of them; all else that is said of it stays. */
export function setType(text, field, { type, list }) {
  const [indent, unit] = [indentAt(text, field.node.from), unitOf(text)];
  const members = membersOf(text, field.node);
  const carries = ({ key }) => key === "type" || (field.list ? key === "items" : OF_TYPE.includes(key));
  const others = members.filter((each) => !carries(each));
  const inner = retyped(field.list ? membersOf(text, field.items) : members.filter(carries), field.type, type);
  const [first, ...rest] = list ? listOf(inner, others, indent + unit, unit) : merged(inner, others);
  const isNullable = field.nullable && valueOf(field.node, "type")?.kind === "array";
  const typed = isNullable ? { ...first, value: `[${first.value}, "null"]` } : first;
  return [{ ...span(field.node), insert: objectText(pairs([typed, ...rest], indent + unit), indent, unit) }];
}

function listOf(inner, others, indent, unit) {
  const items = objectText(pairs(inner, indent + unit), indent, unit);
  return [member("type", '"array"'), ...others.filter(({ key }) => key !== "items"), member("items", items, indent)];
}

/** The members of a list's elements hoisted into the field; what the field says itself counts. */
function merged([type, ...inner], others) {
  const said = new Set(others.map(({ key }) => key));
  return [type, ...others, ...inner.filter(({ key }) => !said.has(key))];
}

/** The members that carry the type, in their new form, "type" first. */
function retyped(members, old, type) {
  const others = members.filter(({ key }) => key !== "type" && (old === type || !OF_TYPE.includes(key)));
  if (type === "enum")
    return [member("type", scalarOf(members)), choicesOf(members), ...others.filter(({ key }) => key !== "enum")];
  if (type === "object" && old !== "object") return [member("type", '"object"'), ...others, ...emptyObject()];
  return [member("type", quote(type)), ...others];
}

const emptyObject = () => [member("properties", "{}"), member("required", "[]"), member("additionalProperties", "false")];

const scalarOf = (members) =>
  members.find(({ key }) => key === "type")?.value.match(/"(?:number|integer|boolean)"/)?.[0] ?? '"string"';

const choicesOf = (members) => members.find(({ key }) => key === "enum") ?? member("enum", "[]");

const member = (key, value, indent = "") => ({ key, name: quote(key), value, indent });

// Null

/** Allows or forbids null; null instead of changes when that can't be said without losing something. */
export function setNullable(text, field, on) {
  if (field.branch !== field.outer) return on ? [] : withoutNull(text, field);
  if (field.branch !== field.node) return on ? withNull(text, field) : null;
  const type = valueOf(field.node, "type");
  const words = (type?.entries ?? [type]).filter(Boolean).map((word) => slice(text, word));
  const name = words.find((word) => word !== '"null"');
  const typed = name ? replace(text, type, on ? `[${name}, "null"]` : name) : [];
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

// Members

/** The members of an object node: {key, name (its JSON text), value (its JSON text), indent (of the line it begins on)}. */
function membersOf(text, node) {
  return node.entries.map((entry) => ({
    key: entry.key,
    name: nameText(text, entry),
    value: slice(text, entry.value),
    indent: indentAt(text, entry.from),
  }));
}

const pairs = (members, indent) => members.map(({ name, value, indent: was }) => [name, reindent(value, was, indent)]);

function written(text, node, members) {
  const [indent, unit] = [indentAt(text, node.from), unitOf(text)];
  return objectText(pairs(members, indent + unit), indent, unit);
}
