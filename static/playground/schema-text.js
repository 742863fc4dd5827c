// JSON text with positions: reading it into nodes, and edits that change only the text they must.
//
// A node is {kind, from, to}; objects and arrays hold `entries`, in the order of the text. An entry of an array is the
// node itself; an entry of an object is {key, keyFrom, keyTo, value, from, to}, with the name decoded. Duplicate names stay.
// A change is {from, to, insert} in the text that was read; several changes of one edit never overlap.

const DEEPEST = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = new Map([
  ["true", "boolean"],
  ["false", "boolean"],
  ["null", "null"],
]);

export class NotJson extends Error {
  constructor(message, at) {
    super(message);
    this.at = at;
  }
}

/** The root node of `text`; throws NotJson for exactly the texts that JSON.parse refuses, or that nest over 200 deep. */
export function parse(text) {
  const reader = new Reader(text);
  const root = reader.value(0);
  reader.space();
  if (reader.at < text.length) reader.fail("there is more text after the end of the value");
  return root;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(message) {
    throw new NotJson(message, this.at);
  }

  space() {
    while (" \n\r\t".includes(this.text[this.at] ?? "x")) this.at++;
  }

  peek() {
    this.space();
    return this.text[this.at];
  }

  value(depth) {
    if (depth > DEEPEST) this.fail(`this is nested more than ${DEEPEST} levels deep`);
    const first = this.peek();
    if (first === "{") return this.container("object", "}", depth);
    if (first === "[") return this.container("array", "]", depth);
    if (first === '"') return this.string();
    if (first === undefined) this.fail("a value is missing at the end");
    return this.word() ?? this.number() ?? this.fail("a value was expected here");
  }

  container(kind, close, depth) {
    const node = { kind, from: this.at++, to: 0, entries: [] };
    while (this.peek() !== close) {
      if (node.entries.length) this.comma(close);
      node.entries.push(kind === "object" ? this.member(depth + 1) : this.value(depth + 1));
    }
    node.to = ++this.at;
    return node;
  }

  comma(close) {
    if (this.text[this.at] !== ",") this.fail(`a comma or ${close} was expected here`);
    this.at++;
    if (this.peek() === close) this.fail("a comma stands before the closing bracket");
  }

  member(depth) {
    if (this.peek() !== '"') this.fail("a name in double quotes was expected here");
    const key = this.string();
    if (this.peek() !== ":") this.fail("a colon was expected after the name");
    this.at++;
    const value = this.value(depth);
    return {
      key: stringOf(this.text, key),
      keyFrom: key.from,
      keyTo: key.to,
      value,
      from: key.from,
      to: value.to,
    };
  }

  string() {
    const from = this.at++;
    for (; this.text[this.at] !== '"'; this.at++) {
      if (this.at >= this.text.length) this.fail("a closing quote is missing");
      if (this.text[this.at] < " ") this.fail("a string may not go over the end of the line");
      if (this.text[this.at] === "\\") this.escape();
    }
    return { kind: "string", from, to: ++this.at };
  }

  escape() {
    const next = this.text[++this.at];
    if (next === "u" && /^[\da-fA-F]{4}$/.test(this.text.slice(this.at + 1, this.at + 5))) this.at += 4;
    else if (!next || !'"\\/bfnrt'.includes(next)) this.fail("this escape does not exist in JSON");
  }

  word() {
    for (const [word, kind] of WORDS) {
      if (this.text.startsWith(word, this.at)) return { kind, from: this.at, to: (this.at += word.length) };
    }
    return null;
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    return found && { kind: "number", from: this.at, to: (this.at += found[0].length) };
  }
}

export const slice = (text, node) => text.slice(node.from, node.to);

/** A member's name as the text spells it, with its quotes. */
export const nameText = (text, entry) => text.slice(entry.keyFrom, entry.keyTo);

/** The decoded text of a string node. */
export const stringOf = (text, node) => JSON.parse(slice(text, node));

/** The entry of an object node with this name: the last one, as JSON.parse has it. */
export const entryOf = (node, key) => node.entries.findLast((entry) => entry.key === key);

export const valueOf = (node, key) => (node?.kind === "object" ? (entryOf(node, key)?.value ?? null) : null);

/** The first name that an object node holds twice, or null. */
export function duplicateOf(node) {
  const seen = new Set();
  for (const { key } of node.entries) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}

/** {line, column} of an offset, both from 1. */
export function placeOf(text, at) {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}

/** The white space that begins the line of an offset. */
export function indentAt(text, at) {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))[0];
}

/** The step of indentation that the text uses: that of its first indented line, else two spaces. */
export const unitOf = (text) => /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";

/** A piece of JSON moved to another indentation. Strings hold no line ends, so every one found is white space. */
export const reindent = (piece, from, to) => piece.replaceAll(`\n${from}`, `\n${to}`);

/** An object's text, one member a line, from [name, value] pairs of JSON text whose values are indented for `indent + unit`. */
export function objectText(members, indent, unit) {
  if (!members.length) return "{}";
  const lines = members.map(([key, value]) => `${indent}${unit}${key}: ${value}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

const WIDEST = 100;

/** The whole text in the layout that Format gives: two spaces, short lists of plain values on one line. */
export function format(text, node = parse(text), indent = "") {
  const inner = `${indent}  `;
  if (node.kind === "object") {
    const members = node.entries.map((entry) => [nameText(text, entry), format(text, entry.value, inner)]);
    return objectText(members, indent, "  ");
  }
  if (node.kind !== "array" || !node.entries.length) return node.kind === "array" ? "[]" : slice(text, node);
  const items = node.entries.map((item) => format(text, item, inner));
  const line = `[${items.join(", ")}]`;
  const fits = indent.length + line.length <= WIDEST && !node.entries.some((item) => item.entries);
  return fits ? line : `[\n${items.map((item) => inner + item).join(",\n")}\n${indent}]`;
}

// Edits of one container, object or array alike

const isTall = (text, node) => text.slice(node.from, node.entries[0]?.from ?? node.to).includes("\n");

/** The indentation that an entry of this container has, or would have. */
export function entryIndent(text, node) {
  const first = node.entries[0];
  return first && isTall(text, node) ? indentAt(text, first.from) : indentAt(text, node.from) + unitOf(text);
}

/** Puts entries (their JSON text, indented for entryIndent) before the entry at `index`; an empty object opens up. */
export function insertEntries(text, node, index, pieces) {
  if (!pieces.length) return [];
  const { entries } = node;
  const tall = entries.length ? isTall(text, node) : node.kind === "object";
  const gap = tall ? `\n${entryIndent(text, node)}` : entries.length ? " " : "";
  if (!entries.length) {
    const insert = gap + pieces.join(`,${gap}`) + (tall ? `\n${indentAt(text, node.from)}` : "");
    return [{ from: node.from + 1, to: node.to - 1, insert: tall ? insert : pieces.join(", ") }];
  }
  if (index >= entries.length) {
    const { to } = entries.at(-1);
    return [{ from: to, to, insert: pieces.map((piece) => `,${gap}${piece}`).join("") }];
  }
  const { from } = entries[index];
  return [{ from, to: from, insert: pieces.map((piece) => `${piece},${gap}`).join("") }];
}

export function removeEntry(text, node, index) {
  const { entries } = node;
  if (entries.length === 1) return [{ from: node.from + 1, to: node.to - 1, insert: "" }];
  if (index === entries.length - 1)
    return [{ from: entries[index - 1].to, to: entries[index].to, insert: "" }];
  return [{ from: entries[index].from, to: entries[index + 1].from, insert: "" }];
}

/** Moves an entry to the place that `to` has now; commas and white space between the entries stay where they are. */
export function moveEntry(text, node, from, to) {
  const order = node.entries.map((entry) => slice(text, entry));
  order.splice(to, 0, ...order.splice(from, 1));
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return node.entries
    .slice(low, high + 1)
    .map((entry, i) => ({ from: entry.from, to: entry.to, insert: order[low + i] }));
}

/** Sets members of an object: replaces the values that are there, adds the rest at the end. */
export function setMembers(text, node, members) {
  const missing = members.filter(([key]) => !entryOf(node, key));
  const present = members.filter(([key]) => entryOf(node, key));
  const pieces = missing.map(([key, value]) => `${JSON.stringify(key)}: ${value}`);
  return [
    ...present.map(([key, value]) => ({ ...span(entryOf(node, key).value), insert: value })),
    ...insertEntries(text, node, node.entries.length, pieces),
  ];
}

export const span = ({ from, to }) => ({ from, to });

/** Replaces a piece by another, leaving out what both begin and end with, so that cursors and undo stay close. */
export function replace(text, { from, to }, insert) {
  let start = 0;
  let end = 0;
  const old = text.slice(from, to);
  const shorter = Math.min(old.length, insert.length);
  while (start < shorter && old[start] === insert[start]) start++;
  while (end < shorter - start && old.at(-1 - end) === insert.at(-1 - end)) end++;
  if (start === old.length && start === insert.length) return [];
  return [{ from: from + start, to: to - end, insert: insert.slice(start, insert.length - end) }];
}
