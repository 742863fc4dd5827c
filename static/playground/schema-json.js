// JSON text read into nodes that know where they stand.
//
// A node is {kind, from, to}; objects and arrays hold `entries`, in the order of the text. An entry of an array is the
// node itself; an entry of an object is {key, keyFrom, keyTo, value, from, to}, with the name decoded. Duplicate names stay.

const DEEPEST = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = new Map([
  ["true", "boolean"],
  ["false", "boolean"],
  ["null", "null"],
]);

export class NotJson extends Error {}

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
    throw new NotJson(message);
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
