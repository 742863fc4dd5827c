// Edits of JSON text that change only what they must.
//
// Nodes are those of schema-json.js. A change is {from, to, insert} in the text that was read; the changes of one edit
// never overlap.

import { entryOf, nameText, parse, slice } from "./schema-json.js";

const WIDEST = 100;

/** The white space that begins the line of an offset. */
export function indentAt(text, at) {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))[0];
}

/** The step of indentation that the text uses: that of its first indented line, else two spaces. */
export const unitOf = (text) => /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";

/** A piece of JSON moved to another indentation. Strings hold no line ends, so every one found is white space. */
export const reindent = (piece, from, to) => piece.replaceAll(`\n${from}`, `\n${to}`);

export const span = ({ from, to }) => ({ from, to });

/** An object's text, one member a line, from [name, value] pairs of JSON text whose values are indented for `indent + unit`. */
export function objectText(members, indent, unit) {
  if (!members.length) return "{}";
  const lines = members.map(([key, value]) => `${indent}${unit}${key}: ${value}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

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
  if (index === entries.length - 1) return [{ from: entries[index - 1].to, to: entries[index].to, insert: "" }];
  return [{ from: entries[index].from, to: entries[index + 1].from, insert: "" }];
}

/** Moves an entry to the place that `to` has now; commas and white space between the entries stay where they are. */
export function moveEntry(text, node, from, to) {
  const order = node.entries.map((entry) => slice(text, entry));
  order.splice(to, 0, ...order.splice(from, 1));
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return node.entries.slice(low, high + 1).map((entry, i) => ({ from: entry.from, to: entry.to, insert: order[low + i] }));
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

/** Puts an item into a list; a list on one line that grows too long gets a line for each item. */
export function insertItem(text, list, index, item) {
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
