// Upgrades every [data-schema-editor] of the page: a text area becomes a code pane and an outline of the same schema.
//
// The code's document is the truth; the text area follows it, so that the form sends it. The element dispatches
// `schema-change` {text, valid, schema} when the text changes and `template-chosen` {template}, and it listens to
// `schema-set` {text} and `schema-context` {processor, inputChars}, which the checks take into account.

import { isolateHistory, redo, redoDepth, undo, undoDepth } from "../vendor/codemirror/codemirror.js";
import { freshenToken } from "../token.js";
import { Builder } from "./schema-builder.js";
import { createCode, jumpTo, showAt } from "./schema-code.js";
import { readSchema } from "./schema-model.js";
import { Problems } from "./schema-problems.js";
import { wireStart } from "./schema-start.js";
import { format } from "./schema-text.js";

// As in schema-editor.css: from this width on, the panes stand side by side.
const WIDE = 680;

class SchemaEditor {
  constructor(host) {
    this.host = host;
    this.source = host.querySelector(".schema-source textarea");
    this.context = { processor: "", inputChars: 0 };
    this.view = createCode(this.pane("code"), {
      doc: this.source.value,
      label: `${host.dataset.label}, code`,
      onChange: ({ changes }) => this.changed(changes),
    });
    this.builder = new Builder(this.pane("builder"), {
      write: (changes, options) => this.write(changes, options),
      jump: (at) => this.jump(at),
      undo: () => undo(this.view),
      redo: () => redo(this.view),
    });
    this.problems = new Problems(host.querySelector(".schema-problems"), {
      view: this.view,
      ask: (signal) => this.check(signal),
      onProblems: (problems) => this.builder.mark(problems),
      jump: (from, to) => this.jump(from, to),
    });
    wireStart(host, { set: (text) => this.set(text), post });
    this.listen();
    this.reveal();
  }

  pane(name) {
    return this.host.querySelector(`.schema-pane[data-pane=${name}]`);
  }

  tool(name) {
    return this.host.querySelector(`[data-tool=${name}]`);
  }

  get text() {
    return this.view.state.doc.toString();
  }

  listen() {
    this.tool("undo").addEventListener("click", () => undo(this.view));
    this.tool("redo").addEventListener("click", () => redo(this.view));
    this.tool("format").addEventListener("click", () => this.model.ok && this.text.trim() && this.set(format(this.text)));
    this.host.addEventListener("schema-set", ({ detail }) => this.set(detail.text));
    this.host.addEventListener("schema-context", ({ detail }) => {
      this.context = { ...this.context, ...detail };
      this.problems.later();
    });
    for (const tab of this.tabs()) tab.addEventListener("click", () => this.choose(tab.dataset.pane));
    this.host.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.tabKeys(event));
    new ResizeObserver(() => this.arrange()).observe(this.host);
  }

  reveal() {
    this.host.classList.add("is-ready");
    this.follow();
    this.problems.later();
  }

  // The text and what follows it

  write(changes, { typing = false } = {}) {
    if (!changes.length) return;
    const annotations = typing ? [] : [isolateHistory.of("full")];
    const userEvent = typing ? "input.type" : "input";
    this.view.dispatch({ changes, annotations, userEvent, effects: showAt(changes[0].from) });
  }

  set(text) {
    if (text !== this.text) this.write([{ from: 0, to: this.view.state.doc.length, insert: text }]);
  }

  changed(changes) {
    this.follow();
    this.problems.follow(changes);
    const { text } = this;
    const { ok } = this.model;
    const detail = {
      text,
      valid: ok && text.trim() !== "",
      schema: ok && text.trim() ? JSON.parse(text) : null,
    };
    this.host.dispatchEvent(new CustomEvent("schema-change", { bubbles: true, detail }));
  }

  follow() {
    this.source.value = this.text;
    this.model = readSchema(this.text);
    this.builder.show(this.text, this.model);
    this.tool("undo").setAttribute("aria-disabled", String(!undoDepth(this.view.state)));
    this.tool("redo").setAttribute("aria-disabled", String(!redoDepth(this.view.state)));
  }

  /** The problems of the text, as the server finds them. */
  async check(signal) {
    const { processor, inputChars } = this.context;
    const fields = { text: this.text, kind: this.host.dataset.kind, processor, input_chars: inputChars };
    const response = await post(this.host.dataset.lintUrl, fields, signal);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return (await response.json()).problems;
  }

  jump(from, to) {
    this.choose("code");
    jumpTo(this.view, from, to);
  }

  // The two panes: side by side when there is room, as tabs when not

  tabs() {
    return [...this.host.querySelectorAll("[role=tab]")];
  }

  choose(pane) {
    this.host.dataset.shown = pane;
    this.arrange();
  }

  arrange() {
    const isWide = this.host.clientWidth >= WIDE;
    for (const tab of this.tabs()) {
      const chosen = this.host.dataset.shown === tab.dataset.pane;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.pane(tab.dataset.pane).setAttribute("role", isWide ? "group" : "tabpanel");
      this.pane(tab.dataset.pane).setAttribute("aria-labelledby", tab.id);
    }
    this.view.requestMeasure();
  }

  tabKeys(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = this.tabs().find((tab) => tab.dataset.pane !== this.host.dataset.shown);
    this.choose(other.dataset.pane);
    other.focus();
  }
}

function post(url, fields, signal) {
  freshenToken();
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), signal });
}

for (const host of document.querySelectorAll("[data-schema-editor]")) new SchemaEditor(host);
