import assert from "node:assert/strict";
import { test } from "node:test";

import { NotJson, duplicateOf, parse, slice, stringOf, valueOf } from "../../static/playground/schema-json.js";
import {
  format,
  insertEntries,
  moveEntry,
  reindent,
  removeEntry,
  replace,
  setMembers,
} from "../../static/playground/schema-text.js";
import { apply, random } from "./helpers.mjs";

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"a"',
  '"\\u00e9"',
  '"\\x"',
  "1",
  "-0.5e3",
  "01",
  "true",
  "nul",
  "null",
  " ",
  "\n",
  '"',
  "\\",
  "'",
  "😀",
  "\ufeff",
];

function accepts(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reads(text) {
  try {
    parse(text);
    return true;
  } catch (error) {
    assert.ok(error instanceof NotJson, `${error}`);
    return false;
  }
}

test("it reads exactly the texts that JSON.parse reads", () => {
  const next = random(7);
  for (let round = 0; round < 30_000; round++) {
    const text = Array.from({ length: 1 + next(7) }, () => PIECES[next(PIECES.length)]).join("");
    assert.equal(reads(text), accepts(text), JSON.stringify(text));
  }
});

test("it reads exactly what JSON.parse reads when a letter of a schema is lost", () => {
  const whole = '{"a": [1, -2.5e+7, "x\\n\\u12aF"], "b": {"c": null, "d": [true, false, {}]}}';
  for (let at = 0; at < whole.length; at++) {
    const text = whole.slice(0, at) + whole.slice(at + 1);
    assert.equal(reads(text), accepts(text), text);
  }
});

test("it says why a text is not JSON", () => {
  assert.throws(
    () => parse('{"a": 1,\n "b" 2}'),
    (error) => error instanceof NotJson && /colon/.test(error.message),
  );
});

test("deep nesting is refused with a sentence instead of an overflow", () => {
  assert.throws(
    () => parse("[".repeat(100_000)),
    (error) => error instanceof NotJson && /nested/.test(error.message),
  );
});

test("a megabyte without an end is refused at once", () => {
  assert.throws(() => parse('"' + "\\n".repeat(500_000)), NotJson);
});

test("names that objects inherit are names like any other", () => {
  const text = '{"__proto__": 1, "constructor": 2}';
  const node = parse(text);
  assert.equal(slice(text, valueOf(node, "__proto__")), "1");
  assert.equal(valueOf(node, "toString"), null);
});

test("duplicate names are found and the last one counts, as in JSON.parse", () => {
  const text = '{"a": 1, "b": 2, "a": 3}';
  const node = parse(text);
  assert.equal(duplicateOf(node), "a");
  assert.equal(slice(text, valueOf(node, "a")), "3");
});

test("formatting keeps the order, duplicates and the spelling of every name and value", () => {
  const text = '{"10":1.50,"2":"\\u00e9","2":[],"\\u0061":{"x":[1,{"y":null}]}}';
  assert.equal(
    format(text),
    '{\n  "10": 1.50,\n  "2": "\\u00e9",\n  "2": [],\n  "\\u0061": {\n    "x": [\n      1,\n      {\n        "y": null\n      }\n    ]\n  }\n}',
  );
});

test("formatting what is formatted changes nothing", () => {
  const once = format('{"enum":["' + "a".repeat(60) + '","' + "b".repeat(60) + '"],"o":{},"s":["a","b"]}');
  assert.equal(format(once), once);
});

test("an entry goes into an empty object, a tall one and one on a line", () => {
  const put = (text, index) => apply(text, insertEntries(text, parse(text), index, ['"n": 0']));
  assert.equal(put("{}", 0), '{\n  "n": 0\n}');
  assert.equal(put('{\n    "a": 1\n}', 1), '{\n    "a": 1,\n    "n": 0\n}');
  assert.equal(put('{ "a": 1 }', 0), '{ "n": 0, "a": 1 }');
});

test("an entry leaves with its comma, wherever it stands", () => {
  const drop = (index) => apply("[1,\n 2, 3]", removeEntry("[1,\n 2, 3]", parse("[1,\n 2, 3]"), index));
  assert.deepEqual([0, 1, 2].map(drop), ["[2, 3]", "[1,\n 3]", "[1,\n 2]"]);
  assert.equal(apply("[ 1 ]", removeEntry("[ 1 ]", parse("[ 1 ]"), 0)), "[]");
});

test("moving entries keeps the white space between them", () => {
  const text = "[1,\n 22,  333]";
  const move = (from, to) => apply(text, moveEntry(text, parse(text), from, to));
  assert.equal(move(0, 2), "[22,\n 333,  1]");
  assert.equal(move(2, 0), "[333,\n 1,  22]");
});

test("setting members replaces those that are there and adds the rest", () => {
  const text = '{"a": 1}';
  assert.equal(
    apply(
      text,
      setMembers(text, parse(text), [
        ["b", "2"],
        ["a", "3"],
      ]),
    ),
    '{"a": 3, "b": 2}',
  );
});

test("a replacement leaves out what both ends share", () => {
  const text = '"color"';
  assert.deepEqual(replace(text, { from: 0, to: 7 }, '"colour"'), [{ from: 5, to: 5, insert: "u" }]);
  assert.deepEqual(replace(text, { from: 0, to: 7 }, text), []);
  assert.equal(apply('"aa"', replace('"aa"', { from: 0, to: 4 }, '"aaa"')), '"aaa"');
});

test("moving a piece to another depth shifts its lines alone", () => {
  assert.equal(reindent('{\n    "a": 1\n  }', "  ", "      "), '{\n        "a": 1\n      }');
});

test("a string is decoded as JSON says", () => {
  assert.equal(stringOf('"\\ud83d\\ude00 \\u202e"', parse('"\\ud83d\\ude00 \\u202e"')), "😀 \u202e");
});
