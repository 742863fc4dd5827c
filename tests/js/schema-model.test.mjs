import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldAt, MOST_ROWS, readSchema, walk } from "../../static/playground/schema-model.js";
import { rows } from "./helpers.mjs";

const schema = (properties, more = {}) => JSON.stringify({ type: "object", properties, ...more }, null, 2);

test("each type that the builder draws is told apart", () => {
  const { field } = rows(
    schema({
      s: { type: "string" },
      n: { type: ["number", "null"] },
      e: { type: "string", enum: ["a"] },
      bare: { enum: ["a"] },
      o: { type: "object" },
      many: { type: "array", items: { type: "string" } },
      people: { type: "array", items: { type: "object", properties: { age: { type: "integer" } } } },
    }),
  );
  const told = ["s", "n", "e", "bare", "o", "many", "people", "age"].map(
    (name) => `${field(name).type} ${field(name).list} ${field(name).nullable}`,
  );
  assert.deepEqual(told, [
    "string false false",
    "number false true",
    "enum false false",
    "enum false false",
    "object false false",
    "string true false",
    "object true false",
    "integer false false",
  ]);
});

test("an anyOf with null is a nullable field", () => {
  const { field } = rows(
    schema({ a: { anyOf: [{ type: "string", description: "in" }, { type: "null" }], description: "out" } }),
  );
  assert.deepEqual(
    [field("a").type, field("a").nullable, field("a").description, field("a").locked],
    ["string", true, "out", null],
  );
});

test("what can't be drawn is locked with a sentence that says why", () => {
  const undrawn = {
    either: { oneOf: [{ type: "string" }] },
    mix: { type: ["string", "number"] },
    any: true,
    tuple: { type: "array", items: [{ type: "string" }] },
    lists: { type: "array", items: { type: "array", items: {} } },
    loose: { type: "array" },
    nothing: {},
    never: { type: "null" },
    pattern: { type: "object", patternProperties: {} },
    fixed: { const: 1 },
    wide: { anyOf: [{ type: "string" }, { type: "number" }] },
  };
  const { field } = rows(schema(undrawn));
  for (const name of Object.keys(undrawn)) assert.match(field(name).locked ?? `${name} is drawn`, /\.$/);
});

test("two fields of one name are both kept and both locked", () => {
  const { root } = readSchema(
    '{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "a": {"type": "number"}}}',
  );
  assert.deepEqual(
    root.fields.map(({ name, locked }) => [name, Boolean(locked)]),
    [
      ["a", true],
      ["b", false],
      ["a", true],
    ],
  );
});

test("a keyword written twice locks the field that has it", () => {
  const { field } = rows('{"type": "object", "properties": {"a": {"type": "string", "type": "number"}}}');
  assert.match(field("a").locked, /type.*twice/);
});

test("a root that is no object schema locks the builder as a whole", () => {
  for (const text of [
    "[]",
    "1",
    '{"type": "array"}',
    "{}",
    '{"type": "object", "anyOf": []}',
    '{"type": "object", "properties": 1}',
    '{"type": "object", "required": "a"}',
  ]) {
    assert.equal(readSchema(text).root, null, text);
    assert.ok(readSchema(text).locked, text);
  }
});

test("a blank text is a schema without fields yet, not an error", () => {
  assert.deepEqual(readSchema(" \n"), { ok: true, root: null, locked: null });
});

test("text that is not JSON is answered with what is wrong, and the place is left to the checks", () => {
  assert.equal(readSchema('{"type":').message, "This is not JSON yet: a value is missing at the end.");
});

test("required is read from the list, by name", () => {
  const { field } = rows(
    schema({ ["constructor"]: { type: "string" }, b: { type: "string" } }, { required: ["constructor"] }),
  );
  assert.deepEqual([field("constructor").required, field("b").required], [true, false]);
});

test("a problem's path leads to the deepest row that holds it", () => {
  const { root } = rows(
    schema({
      list: {
        type: "array",
        items: { type: "object", properties: { a: { anyOf: [{ type: "string" }, { type: "null" }] } } },
      },
    }),
  );
  assert.equal(
    fieldAt(root, ["properties", "list", "items", "properties", "a", "anyOf", 0, "type"]).name,
    "a",
  );
  assert.equal(fieldAt(root, ["properties", "list", "items", "required"]).name, "list");
  assert.equal(fieldAt(root, ["required"]), null);
});

const DEFINED = {
  $defs: {
    City: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    Loop: { type: "object", properties: { next: { $ref: "#/$defs/Loop" } } },
    "a/b~": { type: "string", enum: ["x"] },
  },
  type: "object",
};
const defined = (properties) => rows(JSON.stringify({ ...DEFINED, properties }));

test("a definition is drawn where it is used, and its fields stand in the definition", () => {
  const { field } = defined({
    home: { $ref: "#/$defs/City" },
    all: { type: "array", items: { $ref: "#/$defs/City" } },
  });
  assert.deepEqual(
    [field("home").type, field("home").shared, field("all").list, field("all").shared],
    ["object", "City", true, "City"],
  );
  assert.deepEqual(field("name").path, ["$defs", "City", "properties", "name"]);
});

test("a definition's name may need escapes", () => {
  assert.equal(defined({ a: { $ref: "#/$defs/a~1b~0" } }).field("a").type, "enum");
});

test("a definition that contains itself, or is not there, is locked", () => {
  const { field } = defined({
    loop: { $ref: "#/$defs/Loop" },
    gone: { $ref: "#/$defs/Gone" },
    far: { $ref: "https://a.example/b" },
    all: { $ref: "#" },
  });
  assert.match(field("next").locked, /contains itself/);
  for (const name of ["gone", "far"]) assert.match(field(name).locked, /not here/);
  assert.match(field("all").locked, /contains itself/);
});

test("definitions that double at each step are drawn up to a limit", () => {
  const $defs = {};
  for (let i = 0; i < 30; i++)
    $defs[`d${i}`] = {
      type: "object",
      properties: { a: { $ref: `#/$defs/d${i + 1}` }, b: { $ref: `#/$defs/d${i + 1}` } },
    };
  const { root } = rows(JSON.stringify({ $defs, type: "object", properties: { a: { $ref: "#/$defs/d0" } } }));
  assert.ok([...walk(root)].length < 3 * MOST_ROWS);
});
