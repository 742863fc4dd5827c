// Checking while typing: asks the server what is wrong with the schema, shows it in the code's gutter and as a list.

import { isolateHistory, setDiagnostics } from "../vendor/codemirror/codemirror.js";
import { el } from "./schema-dom.js";

const WAIT = 250;
const SHOWN = 100;
const GLYPHS = { error: "✕", warning: "△" };

/**
 * Keeps the list in `panel` and the marks of `view` in step with the text. `ask(signal)` answers the problems of the text
 * as it is; `onProblems` hears of them, `jump(from, to)` goes there.
 */
export class Problems {
  constructor(panel, { view, ask, onProblems, jump }) {
    Object.assign(this, { panel, view, ask, onProblems, jump });
    this.count = panel.querySelector(".schema-count");
    this.list = panel.querySelector("ol");
    this.problems = [];
    this.shown = null;
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  /** Moves what was found along with a change of the text, and checks again a moment after the last one. */
  follow(changes) {
    const at = (offset) => (offset <= changes.length ? changes.mapPos(offset) : offset);
    this.problems = this.problems.map((problem) => ({
      ...problem,
      from: at(problem.from),
      to: at(problem.to),
    }));
    this.later();
  }

  later() {
    this.waiting?.abort();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), WAIT);
  }

  async now() {
    this.waiting = new AbortController();
    const { signal } = this.waiting;
    const doc = this.view.state.doc;
    try {
      const problems = await this.ask(signal);
      if (doc.eq(this.view.state.doc)) this.show(problems);
    } catch (error) {
      if (!signal.aborted)
        this.count.textContent = `The schema could not be checked just now (${error.message}). It is checked again at the next change.`;
    }
  }

  /** Shows the problems, errors before warnings, each in the order of the text. */
  show(found) {
    const problems = found.toSorted((a, b) => (b.severity === "error") - (a.severity === "error"));
    this.problems = problems;
    this.doc = this.view.state.doc;
    this.view.dispatch(
      setDiagnostics(
        this.view.state,
        problems.map((problem) => this.diagnostic(problem)),
      ),
    );
    this.onProblems(problems);
    const key = JSON.stringify(problems);
    if (key === this.shown) return;
    this.shown = key;
    this.count.textContent = summary(problems);
    this.replace(problems.slice(0, SHOWN).map(item));
  }

  /** Draws the list anew; a focus inside it goes to the row that now stands in its place. */
  replace(rows) {
    const at = [...this.list.children].findIndex((row) => row.contains(document.activeElement));
    this.list.replaceChildren(...rows);
    if (at < 0) return;
    const row = rows[Math.min(at, rows.length - 1)];
    (row?.querySelector("[data-fix]") ?? row?.firstElementChild ?? this.count).focus();
  }

  diagnostic(problem) {
    const { length } = this.view.state.doc;
    const actions = problem.fix ? [{ name: problem.fix.label, apply: () => this.fix(problem) }] : [];
    const from = Math.min(problem.from, length);
    return {
      from,
      to: Math.max(from, Math.min(problem.to, length)),
      severity: problem.severity,
      message: problem.message,
      actions,
    };
  }

  clicked({ target }) {
    const row = target.closest("li");
    const index = [...this.list.children].indexOf(row);
    const problem = this.problems[index];
    if (!problem) return;
    if (!target.closest("[data-fix]")) return this.jump(problem.from, problem.to);
    this.fix(problem);
  }

  /** Applies a fix as one step of undo, unless the text has changed since it was found. */
  fix({ fix }) {
    if (!this.doc.eq(this.view.state.doc)) return;
    const annotations = isolateHistory.of("full");
    this.view.dispatch({ changes: fix.changes, annotations, userEvent: "input" });
  }
}

function summary(problems) {
  const count = (kind) => problems.filter(({ severity }) => severity === kind).length;
  const more = problems.length > SHOWN ? ` The first ${SHOWN} are listed.` : "";
  const words = [plural(count("error"), "error"), plural(count("warning"), "warning")].filter(Boolean);
  return words.length ? words.join(", ") + "." + more : "No problems.";
}

const plural = (number, word) => number && `${number} ${word}${number === 1 ? "" : "s"}`;

function item({ severity, line, column, message, fix }) {
  const fixes = fix
    ? [
        el("button", {
          type: "button",
          className: "button button-quiet schema-fix",
          textContent: fix.label,
          data: { fix: "" },
        }),
      ]
    : [];
  return el(
    "li",
    { data: { severity } },
    el(
      "button",
      { type: "button", className: "schema-place" },
      el("span", { className: "schema-glyph", "aria-hidden": "true", textContent: GLYPHS[severity] ?? "·" }),
      el("span", { className: "visually-hidden", textContent: `${severity} at ` }),
      el("span", { className: "schema-position", textContent: `${line}:${column}` }),
      el("span", { className: "schema-message", textContent: ` ${message}` }),
    ),
    ...fixes,
  );
}
