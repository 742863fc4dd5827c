import assert from "node:assert/strict";
import { test } from "node:test";

import * as edits from "../../static/playground/schema-edits.js";
import { readSchema, walk } from "../../static/playground/schema-model.js";
import { format } from "../../static/playground/schema-text.js";
import { setNullable, setType } from "../../static/playground/schema-types.js";
import { apply, random, rows } from "./helpers.mjs";

const COMPANY = `{
  "type": "object",
  "x-note": [1,   2],
  "properties": {
    "name": { "type": "string", "format": "x",   "description": "The name" },
    "size": {
      "type": "string",
      "enum": ["small", "large"]
    },
    "offices": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "city": { "type": "string" }
        },
        "required": ["city"],
        "additionalProperties": false
      },
      "title": "Offices"
    }
  },
  "required": ["name", "offices"],
  "additionalProperties": false
}`;

/** The text after one edit of a field of COMPANY, or of another text. */
function edited(name, edit, text = COMPANY) {
  const { root, field } = rows(text);
  return apply(text, edit(text, field(name), root));
}

const propertiesOf = (text) => JSON.parse(text).properties;

test("a field is added with its name required, and the rest of the text stays letter for letter", () => {
  const text = edited("name", (before, field, root) => edits.addField(before, root, 1, "ceo"));
  assert.equal(
    text,
    COMPANY.replace('    "size": {', '    "ceo": {\n      "type": "string"\n    },\n    "size": {').replace(
      '["name", "offices"]',
      '["name", "ceo", "offices"]',
    ),
  );
});

test("the first field of a schema without properties brings them along", () => {
  const text = '{\n  "type": "object"\n}';
  const { root } = readSchema(text);
  assert.deepEqual(JSON.parse(apply(text, edits.addField(text, root, 0, "a"))), {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
  });
});

test("the first field of an empty editor makes a closed object", () => {
  assert.deepEqual(JSON.parse(edits.firstField("a")), {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  });
});

test("a renamed field keeps its place, and required follows", () => {
  const text = edited("name", (before, field, root) => edits.renameField(before, root, field, 'the "name"'));
  assert.deepEqual(Object.keys(propertiesOf(text)), ['the "name"', "size", "offices"]);
  assert.deepEqual(JSON.parse(text).required, ['the "name"', "offices"]);
});

test("empty and taken names are refused with a sentence", () => {
  const { root, field } = rows(COMPANY);
  assert.match(edits.refuseName(root, field("name"), ""), /needs a name/);
  assert.match(edits.refuseName(root, field("name"), "size"), /already/);
  assert.equal(edits.refuseName(root, field("name"), "name"), null);
});

test("names that are dangerous or strange come through whole", () => {
  for (const name of ["__proto__", "constructor", "😀", "\u202eשלום", "a".repeat(10_000), 'q"\\', "\ud800"]) {
    const text = edited("size", (before, field, root) => edits.renameField(before, root, field, name));
    assert.equal(rows(text).root.fields[1].name, name);
    const added = edited("size", (before, field, root) => edits.addField(before, root, 3, name));
    assert.deepEqual([rows(added).root.fields[3].name, rows(added).root.fields[3].required], [name, true]);
  }
});

test("a deleted field leaves the required list too", () => {
  const text = edited("name", (before, field, root) => edits.removeField(before, root, field));
  assert.deepEqual(
    [Object.keys(propertiesOf(text)), JSON.parse(text).required],
    [["size", "offices"], ["offices"]],
  );
});

test("deleting one of two fields of a name keeps the other one required", () => {
  const text =
    '{"type": "object", "properties": {"a": {"type": "string"}, "a": {"type": "number"}}, "required": ["a"]}';
  const { root } = readSchema(text);
  assert.deepEqual(JSON.parse(apply(text, edits.removeField(text, root, root.fields[0]))).required, ["a"]);
});

test("a copy stands below its original under a fresh name", () => {
  const text = edited("name", (before, field, root) =>
    edits.duplicateField(before, root, field, edits.freshName(root, "name")),
  );
  assert.deepEqual(Object.keys(propertiesOf(text)), ["name", "name_2", "size", "offices"]);
  assert.deepEqual(propertiesOf(text).name_2, propertiesOf(text).name);
});

test("moving a field there and back gives the same text", () => {
  const moved = edited("name", (before, field, root) => edits.moveField(before, root, 0, 2));
  assert.deepEqual(Object.keys(propertiesOf(moved)), ["size", "offices", "name"]);
  assert.equal(
    edited("name", (before, field, root) => edits.moveField(before, root, 2, 0), moved),
    COMPANY,
  );
});

test("required goes on and off in the order of the fields", () => {
  const on = edited("size", (before, field, root) => edits.setRequired(before, root, field, true));
  assert.deepEqual(JSON.parse(on).required, ["name", "size", "offices"]);
  assert.equal(
    edited("size", (before, field, root) => edits.setRequired(before, root, field, false), on),
    COMPANY,
  );
});

test("null is allowed by the type and, for an enum, as a choice", () => {
  const on = edited("size", (before, field) => setNullable(before, field, true));
  assert.deepEqual(propertiesOf(on).size, { type: ["string", "null"], enum: ["small", "large", null] });
  assert.equal(
    edited("size", (before, field) => setNullable(before, field, false), on),
    COMPANY,
  );
});

test("forbidding null in an anyOf keeps every other keyword", () => {
  const text =
    '{"type": "object", "properties": {"a": {"title": "A", "anyOf": [{"type": "null"}, {"type": "string", "minLength": 2}], "default": null}}}';
  const off = edited("a", (before, field) => setNullable(before, field, false), text);
  assert.deepEqual(propertiesOf(off).a, { title: "A", type: "string", minLength: 2, default: null });
});

test("an anyOf that says one thing twice is left alone", () => {
  const text =
    '{"type": "object", "properties": {"a": {"title": "A", "anyOf": [{"type": "null"}, {"type": "string", "title": "B"}]}}}';
  assert.equal(setNullable(text, rows(text).field("a"), false), null);
});

test("a description is written after the type, changed in place and taken away", () => {
  const written = edited("offices", (before, field) => edits.setDescription(before, field, 'Two\n"lines"'));
  assert.deepEqual(Object.keys(propertiesOf(written).offices), ["type", "description", "items", "title"]);
  assert.equal(propertiesOf(written).offices.description, 'Two\n"lines"');
  assert.equal(
    edited("offices", (before, field) => edits.setDescription(before, field, ""), written),
    COMPANY,
  );
});

test("a scalar becomes a list, an object and a list of objects, and keeps what is not its type", () => {
  const make = (type, list) =>
    propertiesOf(edited("name", (before, field) => setType(before, field, { type, list }))).name;
  const rest = { format: "x", description: "The name" };
  const object = { type: "object", properties: {}, required: [], additionalProperties: false };
  assert.deepEqual(make("integer", false), { type: "integer", ...rest });
  assert.deepEqual(make("string", true), { type: "array", ...rest, items: { type: "string" } });
  assert.deepEqual(make("object", false), { ...object, ...rest });
  assert.deepEqual(make("object", true), { type: "array", ...rest, items: object });
  assert.deepEqual(make("enum", false), { type: "string", enum: [], ...rest });
});

test("an object keeps its fields when it becomes a list of such objects, and back", () => {
  const one = edited("offices", (before, field) => setType(before, field, { type: "object", list: false }));
  assert.deepEqual(Object.keys(propertiesOf(one).offices), [
    "type",
    "title",
    "properties",
    "required",
    "additionalProperties",
  ]);
  assert.deepEqual(propertiesOf(one).offices.properties, { city: { type: "string" } });
  const many = edited(
    "offices",
    (before, field) => setType(before, field, { type: "object", list: true }),
    one,
  );
  assert.deepEqual(propertiesOf(many), propertiesOf(COMPANY));
});

test("choices keep their order when an enum becomes a list of them", () => {
  const text = edited("size", (before, field) => setType(before, field, { type: "enum", list: true }));
  assert.deepEqual(propertiesOf(text).size, {
    type: "array",
    items: { type: "string", enum: ["small", "large"] },
  });
});

test("a nullable field stays nullable when its type changes", () => {
  const text =
    '{"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}';
  assert.deepEqual(
    propertiesOf(
      edited("a", (before, field) => setType(before, field, { type: "number", list: false }), text),
    ).a,
    { type: ["number", "null"] },
  );
  assert.deepEqual(
    propertiesOf(
      edited("b", (before, field) => setType(before, field, { type: "number", list: false }), text),
    ).b,
    { anyOf: [{ type: "number" }, { type: "null" }] },
  );
});

test("choices are added, moved and removed one by one", () => {
  const added = edited("size", (before, field) => edits.addChoice(before, field, "10"));
  assert.deepEqual(propertiesOf(added).size.enum, ["small", "large", "10"]);
  const moved = edited("size", (before, field) => edits.moveChoice(before, field, 2, 0), added);
  assert.deepEqual(propertiesOf(moved).size.enum, ["10", "small", "large"]);
  assert.equal(
    edited("size", (before, field) => edits.removeChoice(before, field, 0), moved),
    COMPANY,
  );
});

test("a choice of a number field is written as a number", () => {
  const text = '{"type": "object", "properties": {"a": {"type": "integer", "enum": [1]}}}';
  assert.deepEqual(
    propertiesOf(edited("a", (before, field) => edits.addChoice(before, field, "12"), text)).a.enum,
    [1, 12],
  );
});

test("a list on one line opens up when it grows too long", () => {
  const text = edited("size", (before, field) => edits.addChoice(before, field, "x".repeat(90)));
  assert.match(text, /"enum": \[\n {8}"small",\n {8}"large",\n {8}"x+"\n {6}\]/);
});

/** Moves a field into an object that is not inside it and has no field of its name. */
function moveSomewhere(text, object, field, next) {
  const inside = new Set(objectsOf(field.object ?? { fields: [] }).map(({ node }) => node));
  const targets = objectsOf(readSchema(text).root).filter(
    (target) =>
      target.node.from !== object.node.from && ![...inside].some((node) => node?.from === target.node.from),
  );
  const target = targets[next(targets.length)];
  if (!target || edits.refuseName(target, null, field.name)) return [];
  return edits.moveInto(text, object, field, target, next(target.fields.length + 1));
}

const EDITS = [
  (text, object, field, next) =>
    edits.addField(text, object, next(object.fields.length + 1), `f${next(1_000_000)}`),
  (text, object, field, next) => edits.renameField(text, object, field, `r${next(1_000_000)}`),
  (text, object, field, next) => edits.moveField(text, object, field.index, next(object.fields.length)),
  (text, object, field) => edits.duplicateField(text, object, field, edits.freshName(object, field.name)),
  (text, object, field) => edits.setRequired(text, object, field, !field.required),
  (text, object, field) => setNullable(text, field, !field.nullable) ?? [],
  (text, object, field, next) => edits.setDescription(text, field, ["", "a\nb", 'say "x"'][next(3)]),
  (text, object, field, next) =>
    setType(text, field, {
      type: ["string", "number", "enum", "object"][next(4)],
      list: next(2) === 0,
    }),
  (text, object, field, next) => moveSomewhere(text, object, field, next),
  (text, object, field, next) => (field.choices ? edits.addChoice(text, field, `c${next(1_000_000)}`) : []),
];

/** Every object of the outline, the root first. */
function objectsOf(root) {
  return [root, ...[...walk(root)].flatMap((field) => field.object ?? [])];
}

test("any sequence of edits leaves a schema that reads and can be drawn, with what the builder does not know", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const next = random(seed);
    let text = seed % 2 ? format(COMPANY) : COMPANY;
    for (let step = 0; step < 25; step++) {
      const objects = objectsOf(readSchema(text).root);
      const object = objects[next(objects.length)];
      const field = object.fields[next(object.fields.length)];
      const edit = EDITS[field ? next(EDITS.length) : 0];
      text = apply(text, edit(text, object, field, next));
      const { root, ok } = readSchema(text);
      assert.ok(ok && root, `seed ${seed}, step ${step}:\n${text}`);
      assert.deepEqual(
        [...walk(root)].filter(({ locked }) => locked),
        [],
      );
      assert.deepEqual(JSON.parse(text)["x-note"], [1, 2]);
    }
  }
});

const SHARED = `{
  "$defs": { "City": { "type": "object", "properties": {} } },
  "type": "object",
  "properties": {
    "home": { "$ref": "#/$defs/City", "description": "Where" },
    "work": { "anyOf": [{ "$ref": "#/$defs/City" }, { "type": "null" }] }
  }
}`;

test("a field that refers to a definition is nullable through an anyOf, there and back", () => {
  const on = edited("home", (before, field) => setNullable(before, field, true), SHARED);
  assert.deepEqual(propertiesOf(on).home, {
    anyOf: [{ $ref: "#/$defs/City" }, { type: "null" }],
    description: "Where",
  });
  const off = edited("home", (before, field) => setNullable(before, field, false), on);
  assert.deepEqual(propertiesOf(off), propertiesOf(SHARED));
  assert.deepEqual(JSON.parse(off).$defs, JSON.parse(SHARED).$defs);
});

test("describing a field that refers to a definition leaves the definition alone", () => {
  const text = edited("work", (before, field) => edits.setDescription(before, field, "Job"), SHARED);
  assert.equal(propertiesOf(text).work.description, "Job");
  assert.deepEqual(JSON.parse(text).$defs, JSON.parse(SHARED).$defs);
});

test("a field moves into another object with its text, its depth and its being required", () => {
  const into = edited("name", (before, field, root) =>
    edits.moveInto(before, root, field, rows(before).field("offices").object, 0),
  );
  const { name, ...others } = propertiesOf(COMPANY);
  assert.deepEqual(propertiesOf(into), {
    ...others,
    offices: {
      ...others.offices,
      items: {
        ...others.offices.items,
        properties: { name, ...others.offices.items.properties },
        required: ["name", "city"],
      },
    },
  });
  assert.deepEqual(JSON.parse(into).required, ["offices"]);
});

test("a field moves out of an object that it leaves empty", () => {
  const text = edited("city", (before, field, root) =>
    edits.moveInto(before, rows(before).field("offices").object, field, root, 3),
  );
  assert.deepEqual(Object.keys(propertiesOf(text)), ["name", "size", "offices", "city"]);
  assert.deepEqual(
    [propertiesOf(text).offices.items.properties, propertiesOf(text).offices.items.required],
    [{}, []],
  );
  assert.deepEqual(JSON.parse(text).required, ["name", "offices", "city"]);
});

test("a field moves into an object that has no properties yet", () => {
  const text =
    '{"type": "object", "properties": {"a": {"type": "string"}, "o": {"type": "object"}}, "required": ["a"]}';
  const into = edited(
    "a",
    (before, field, root) => edits.moveInto(before, root, field, rows(before).field("o").object, 0),
    text,
  );
  assert.deepEqual(JSON.parse(into), {
    type: "object",
    properties: { o: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
    required: [],
  });
});
