// A JSON schema's text as the rows of an outline: what the builder draws, and where each row stands in the text.
//
// An object {node, path, fields} is a schema node of type object. Its fields, in the order of the text:
//   {name, index, path, entry, node, items, type, list, nullable, required, description, choices, object, locked}
// `node` is the schema that carries the field's type (inside an anyOf with null that is the other branch), `outer` the
// whole value; `items` the schema of a list's elements; `object` the nested object, of the field or of its elements;
// `locked` a sentence when the builder can't draw the field. `path` is the JSON path, as the checks name it.

import { duplicateOf, entryOf, NotJson, parse, placeOf, slice, stringOf, valueOf } from "./schema-text.js"

export const SCALARS = ["string", "number", "integer", "boolean"]

const UNDRAWN = [
  "$ref", "oneOf", "allOf", "not", "if", "then", "else", "const", "patternProperties", "prefixItems", "contains",
  "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "additionalItems", "propertyNames",
]

/** {ok, root, tree} for a text that is JSON, {ok: false, message} for one that is not. A blank text has no root yet. */
export function readSchema(text) {
  if (!text.trim()) return { ok: true, tree: null, root: null, locked: null }
  try {
    const tree = parse(text)
    const root = objectOf(text, tree, [])
    return { ok: true, tree, root: root.locked ? null : root, locked: root.locked ?? null }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    const { line, column } = placeOf(text, error.at)
    return { ok: false, message: `Line ${line}, column ${column}: ${error.message}.` }
  }
}

/** Every field of the outline, each before the fields inside it. */
export function* walk(object) {
  for (const field of object?.fields ?? []) {
    yield field
    yield* walk(field.object)
  }
}

/** The deepest field whose JSON path leads to `path`, or null. */
export function fieldAt(root, path) {
  let found = null
  for (const field of walk(root)) {
    if (field.path.length <= path.length && field.path.every((step, i) => step === path[i])) found = field
  }
  return found
}

function objectOf(text, node, path) {
  const reason = undrawn(text, node) ?? objectReason(text, node)
  if (reason) return { locked: reason }
  const properties = valueOf(node, "properties")
  const object = { node, path, fields: [] }
  const required = new Set((valueOf(node, "required")?.entries ?? []).map((item) => stringOf(text, item)))
  const twice = repeated(properties)
  for (const [index, entry] of (properties?.entries ?? []).entries()) {
    const field = fieldOf(text, entry, [...path, "properties", entry.key])
    if (twice.has(entry.key)) field.locked = "Two fields have this name; rename or delete one."
    object.fields.push({ ...field, index, required: required.has(entry.key) })
  }
  return object
}

function objectReason(text, node) {
  const [type] = typesOf(text, node)
  if (type !== "object") return "The schema’s outermost type is not object."
  const properties = valueOf(node, "properties")
  if (properties && properties.kind !== "object") return "“properties” is not an object."
  const required = valueOf(node, "required")
  if (!required) return null
  const names = required.kind === "array" && required.entries.every((item) => item.kind === "string")
  return names ? null : "“required” is not a list of names."
}

function repeated(properties) {
  const seen = new Set()
  const twice = new Set()
  for (const { key } of properties?.entries ?? []) (seen.has(key) ? twice : seen).add(key)
  return twice
}

function fieldOf(text, entry, path) {
  const field = {
    name: entry.key, entry, path, outer: entry.value, node: entry.value, items: null, type: null, list: false,
    nullable: false, description: descriptionOf(text, entry.value), choices: null, object: null, locked: null,
  }
  field.locked = readAlternatives(text, field) ?? readType(text, field)
  return field
}

/** Steps into the one branch of an anyOf that is not null. */
function readAlternatives(text, field) {
  const { node } = field
  if (node.kind !== "object" || !entryOf(node, "anyOf")) return null
  if (duplicateOf(node) !== null) return undrawn(text, node)
  const branches = valueOf(node, "anyOf")
  const isNull = (branch) => branch.kind === "object" && branch.entries.length === 1 && isWord(text, valueOf(branch, "type"), "null")
  const index = branches.kind === "array" ? branches.entries.findIndex((branch) => !isNull(branch)) : -1
  if (branches.entries?.length !== 2 || index < 0 || !isNull(branches.entries[1 - index]) || entryOf(node, "type")) {
    return "This field is one of several alternatives."
  }
  field.node = branches.entries[index]
  field.path = [...field.path, "anyOf", index]
  field.nullable = true
  field.description ||= descriptionOf(text, field.node)
  return null
}

function readType(text, field) {
  const reason = undrawn(text, field.node)
  if (reason) return reason
  const types = typesOf(text, field.node)
  if (types === null) return "The type is not one the builder can draw."
  field.nullable ||= types.includes("null")
  field.list = types[0] === "array"
  return field.list ? readItems(text, field) : readShape(text, field, field.node, field.path)
}

function readItems(text, field) {
  const items = valueOf(field.node, "items")
  if (!items) return "The list does not say what its items are."
  const reason = undrawn(text, items)
  if (reason) return reason
  field.items = items
  return readShape(text, field, items, [...field.path, "items"])
}

/** The type of a field, or of its items when it is a list. */
function readShape(text, field, node, path) {
  const [type] = typesOf(text, node) ?? []
  const choices = valueOf(node, "enum")
  if (choices && choices.kind !== "array") return "“enum” is not a list."
  if (type === "object") return readNested(text, field, node, path)
  if (type === "array") return "This is a list of lists."
  if (!SCALARS.includes(type) && !choices) return "The field has no type that the builder can draw."
  field.type = choices ? "enum" : type
  field.choices = choices
  return null
}

function readNested(text, field, node, path) {
  const object = objectOf(text, node, path)
  if (object.locked) return object.locked
  field.type = "object"
  field.object = object
  return null
}

/** Why a schema node can't be drawn, or null. */
function undrawn(text, node) {
  if (node.kind !== "object") return "This is not a schema object."
  const twice = duplicateOf(node)
  if (twice !== null) return `“${shortened(twice)}” is written twice here; keep one.`
  const keyword = UNDRAWN.find((word) => entryOf(node, word)) ?? (entryOf(node, "anyOf") ? "anyOf" : null)
  return keyword ? `This uses ${keyword}.` : null
}

const shortened = (name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name)

const isWord = (text, node, word) => node?.kind === "string" && stringOf(text, node) === word

/** [type] or [type, "null"]; [] when no type is given, null when it is anything else. */
function typesOf(text, node) {
  const type = valueOf(node, "type")
  if (!type) return []
  if (type.kind === "string") return [stringOf(text, type)]
  const words = type.entries?.map((item) => (item.kind === "string" ? stringOf(text, item) : "")) ?? []
  const [first, ...more] = words.filter((word) => word !== "null")
  return first && !more.length && words.length <= 2 ? (words.length === 2 ? [first, "null"] : [first]) : null
}

function descriptionOf(text, node) {
  const description = valueOf(node, "description")
  return description?.kind === "string" ? stringOf(text, description) : ""
}

/** The text of one choice as a person reads it: strings without quotes, anything else as JSON. */
export const choiceText = (text, item) => (item.kind === "string" ? stringOf(text, item) : slice(text, item))
