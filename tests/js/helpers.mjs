import { readSchema, walk } from "../../static/playground/schema-model.js";

/** The text after changes that all speak of the text before. */
export function apply(text, changes) {
  const sorted = [...changes].sort((a, b) => a.from - b.from);
  let done = "";
  let at = 0;
  for (const { from, to, insert } of sorted) {
    if (from < at) throw new Error(`the change at ${from} overlaps the one before it`);
    done += text.slice(at, from) + insert;
    at = to;
  }
  return done + text.slice(at);
}

/** The rows of a schema by name; the first of a name wins. */
export function rows(text) {
  const model = readSchema(text);
  const fields = new Map();
  for (const field of walk(model.root)) if (!fields.has(field.name)) fields.set(field.name, field);
  return { ...model, field: (name) => fields.get(name) };
}

/** A number generator that gives the same sequence for the same seed. */
export function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
