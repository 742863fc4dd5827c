// A JSON schema's text as the rows of an outline: what the builder draws, and where each row stands in the text.
//
// An object {node, path, fields} is a schema node of type object. Its fields, in the order of the text:
//   name, index, entry (the member of "properties"), path (the JSON path of the schema that carries the type)
//   outer   the whole value; `branch` is the same, or inside an anyOf with null the branch that is not null
//   node    the schema that carries the type: the branch, or the definition that its $ref names (`shared` is that name)
//   items   for a list, the schema of its elements (`shared` when that is a $ref)
//   type, list, nullable, required, description, choices (the node of an enum), object (the nested object)
//   locked  a sentence when the builder can't draw the field, else null

import { NotJson, duplicateOf, entryOf, parse, slice, stringOf, valueOf } from "./schema-json.js";

export const SCALARS = ["string", "number", "integer", "boolean"];
export const MOST_ROWS = 1000;

const UNDRAWN = [
  "$ref",
  "oneOf",
  "allOf",
  "not",
  "if",
  "then",
  "else",
  "const",
  "patternProperties",
  "prefixItems",
  "contains",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
  "additionalItems",
  "propertyNames",
  "anyOf",
];

/**
 * {ok: true, root, locked} for a text that is JSON, {ok: false, message} for one that is not. `root` is null when the
 * text is blank, and when it is no object schema, which `locked` then says.
 */
export function readSchema(text) {
  if (!text.trim()) return { ok: true, root: null, locked: null };
  try {
    const tree = parse(text);
    const root = new Reader(text, tree).object(tree, [], []);
    return { ok: true, root: root.locked ? null : root, locked: root.locked ?? null };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    // Where, and how to mend it, is for the checks to say: two readers may put one mistake in two places.
    return { ok: false, message: `This is not JSON yet: ${error.message}.` };
  }
}

/** Every field of the outline, each before the fields inside it. */
export function* walk(object) {
  for (const field of object?.fields ?? []) {
    yield field;
    yield* walk(field.object);
  }
}

/** The deepest field whose JSON path leads to `path`, or null. */
export function fieldAt(root, path) {
  let found = null;
  for (const field of walk(root)) {
    const leads = field.path.length <= path.length && field.path.every((step, i) => step === path[i]);
    if (leads && field.path.length >= (found?.path.length ?? 0)) found = field;
  }
  return found;
}

/** The text of one choice as a person reads it: strings without quotes, anything else as JSON. */
export const choiceText = (text, item) => (item.kind === "string" ? stringOf(text, item) : slice(text, item));

class Reader {
  constructor(text, tree) {
    this.text = text;
    this.tree = tree;
    this.rows = 0;
  }

  /** The object of a schema node, or {locked}. `trail` holds the definitions that led here. */
  object(node, path, trail) {
    const reason = this.undrawn(node) ?? this.objectReason(node);
    if (reason) return { locked: reason };
    const properties = valueOf(node, "properties")?.entries ?? [];
    const required = new Set((valueOf(node, "required")?.entries ?? []).map((item) => stringOf(this.text, item)));
    const twice = repeated(properties);
    const fields = properties.map((entry, index) => {
      const field = this.field(entry, [...path, "properties", entry.key], trail);
      if (twice.has(entry.key)) field.locked = "Two fields have this name; rename or delete one.";
      return { ...field, index, required: required.has(entry.key) };
    });
    return { node, path, fields };
  }

  objectReason(node) {
    if (this.types(node)?.[0] !== "object") return "The schema’s outermost type is not object.";
    const properties = valueOf(node, "properties");
    if (properties && properties.kind !== "object") return "“properties” is not an object.";
    const required = valueOf(node, "required");
    const isNames = !required || (required.kind === "array" && required.entries.every((item) => item.kind === "string"));
    return isNames ? null : "“required” is not a list of names.";
  }

  field(entry, path, trail) {
    const { key: name, value } = entry;
    const field = {
      name,
      entry,
      path,
      outer: value,
      branch: value,
      node: value,
      items: null,
      shared: null,
      type: null,
      list: false,
      nullable: false,
      description: this.description(value),
      choices: null,
      object: null,
      locked: null,
    };
    this.rows++;
    if (this.rows > MOST_ROWS) field.locked = `The builder draws ${MOST_ROWS.toLocaleString("en")} fields; this is one more.`;
    else field.locked = this.alternatives(field) ?? this.type(field, trail);
    return field;
  }

  /** Steps into the one branch of an anyOf that is not null. */
  alternatives(field) {
    const { outer } = field;
    if (outer.kind !== "object" || !entryOf(outer, "anyOf")) return null;
    if (duplicateOf(outer) !== null) return this.undrawn(outer);
    const branches = valueOf(outer, "anyOf").entries ?? [];
    const index = branches.findIndex((branch) => !this.isNull(branch));
    const isEither = branches.length === 2 && index >= 0 && this.isNull(branches[1 - index]) && !entryOf(outer, "type");
    if (!isEither) return "This field is one of several alternatives.";
    field.branch = field.node = branches[index];
    field.path = [...field.path, "anyOf", index];
    field.nullable = true;
    field.description ||= this.description(field.branch);
    return null;
  }

  isNull(node) {
    const type = node.entries?.length === 1 ? valueOf(node, "type") : null;
    return type?.kind === "string" && stringOf(this.text, type) === "null";
  }

  type(field, trail) {
    const place = this.follow(field, field.node, field.path, trail);
    const reason = place.locked ?? this.undrawn(place.node);
    if (reason) return reason;
    field.node = place.node;
    const types = this.types(field.node);
    if (types === null) return "The type is not one the builder can draw.";
    field.nullable ||= types.includes("null");
    field.list = types[0] === "array";
    if (!field.list) return this.shape(field, place);
    const items = valueOf(field.node, "items");
    if (!items) return "The list does not say what its items are.";
    const inner = this.follow(field, items, [...place.path, "items"], place.trail);
    field.items = inner.node;
    return inner.locked ?? this.undrawn(inner.node) ?? this.shape(field, inner);
  }

  /** The place that a schema stands at: itself, or the definition that its $ref names. */
  follow(field, node, path, trail) {
    const ref = valueOf(node, "$ref");
    if (ref?.kind !== "string" || duplicateOf(node) !== null) return { node, path, trail };
    const steps = stringOf(this.text, ref)
      .split("/")
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const target = steps.slice(1).reduce(valueOf, steps[0] === "#" ? this.tree : null);
    if (!target) return { locked: "This refers to a definition that is not here." };
    if (trail.includes(target) || target === this.tree) return { locked: "This definition contains itself." };
    field.shared = steps.at(-1);
    return { node: target, path: steps.slice(1), trail: [...trail, target] };
  }

  /** The type of a field, or of its items when it is a list. */
  shape(field, { node, path, trail }) {
    const [type] = this.types(node) ?? [];
    const choices = valueOf(node, "enum");
    if (choices && choices.kind !== "array") return "“enum” is not a list.";
    if (type === "object") return this.nested(field, this.object(node, path, trail));
    if (type === "array") return "This is a list of lists.";
    if (!SCALARS.includes(type) && !choices) return "The field has no type that the builder can draw.";
    field.type = choices ? "enum" : type;
    field.choices = choices;
    if (!type && !field.list) field.nullable = choices.entries.some((item) => item.kind === "null");
    return null;
  }

  nested(field, object) {
    if (object.locked) return object.locked;
    field.type = "object";
    field.object = object;
    return null;
  }

  /** Why a schema node can't be drawn, or null. */
  undrawn(node) {
    if (node.kind !== "object") return "This is not a schema object.";
    const twice = duplicateOf(node);
    if (twice !== null) return `“${twice.slice(0, 40)}” is written twice here; keep one.`;
    const keyword = UNDRAWN.find((word) => entryOf(node, word));
    return keyword ? `This uses ${keyword}.` : null;
  }

  /** [type] or [type, "null"]; [] when no type is given, null when it is anything else. */
  types(node) {
    const type = valueOf(node, "type");
    if (!type) return [];
    if (type.kind === "string") return [stringOf(this.text, type)];
    const words = type.entries?.map((item) => (item.kind === "string" ? stringOf(this.text, item) : "")) ?? [];
    const [first, ...more] = words.filter((word) => word !== "null");
    if (!first || more.length || words.length > 2) return null;
    return words.length === 2 ? [first, "null"] : [first];
  }

  description(node) {
    const description = valueOf(node, "description");
    return description?.kind === "string" ? stringOf(this.text, description) : "";
  }
}

function repeated(entries) {
  const seen = new Set();
  const twice = new Set();
  for (const { key } of entries) (seen.has(key) ? twice : seen).add(key);
  return twice;
}
