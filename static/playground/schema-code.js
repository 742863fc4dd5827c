// The code pane: CodeMirror over the schema's text, which is the one truth of the editor.

import {
  autocompletion,
  bracketMatching,
  classHighlighter,
  closeBrackets,
  closeBracketsKeymap,
  codeFolding,
  completionKeymap,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  foldGutter,
  foldKeymap,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  highlightSpecialChars,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  json,
  keymap,
  lineNumbers,
  lintGutter,
  lintKeymap,
  search,
  searchKeymap,
  syntaxHighlighting,
  syntaxTree,
} from "../vendor/codemirror/codemirror.js";

const KEYWORDS = [
  "type",
  "properties",
  "items",
  "required",
  "description",
  "enum",
  "additionalProperties",
  "anyOf",
  "$defs",
  "$ref",
  "title",
];
const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];

// Tab leaves the editor and Ctrl/Cmd+Enter runs the page's form, so neither is bound here.
const KEYS = [
  ...closeBracketsKeymap,
  ...defaultKeymap,
  ...searchKeymap,
  ...historyKeymap,
  ...foldKeymap,
  ...completionKeymap,
  ...lintKeymap,
].filter(({ key }) => key !== "Mod-Enter");

/** Types over a selection itself: the browser would carry the old text's style along, which the page's policy refuses. */
const typeOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data, isComposing }, view) {
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== "insertText" || !data || isComposing || empty) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
    const isDone = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert));
    if (!isDone) view.dispatch(insert());
    return true;
  },
});

/** A CodeMirror view in `parent`; `onChange(update)` hears of every change of the text. */
export function createCode(parent, { doc, label, onChange }) {
  const listener = EditorView.updateListener.of((update) => update.docChanged && onChange(update));
  const extensions = [
    EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorView.lineWrapping,
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    codeFolding(),
    history(),
    drawSelection(),
    search({ top: true }),
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of("  "),
    json(),
    syntaxHighlighting(classHighlighter),
    autocompletion({ override: [complete] }),
    typeOver,
    keymap.of(KEYS),
    listener,
  ];
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}

/** Offers keywords where a name stands and types where a value of "type" stands. */
function complete(context) {
  const word = context.matchBefore(/"[\w$]*/);
  if (!word || (!context.explicit && word.text.length < 2)) return null;
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const isType = /"type"\s*:\s*\[?[^{}\]]*$/.test(context.state.sliceDoc(Math.max(0, word.from - 40), word.from));
  const words = node.name === "PropertyName" || !isType ? KEYWORDS : TYPES;
  const closed = context.state.sliceDoc(context.pos, context.pos + 1) === '"';
  return {
    from: word.from + 1,
    options: words.map((label) => ({ label, apply: closed ? label : `${label}"` })),
    validFor: /^[\w$]*$/,
  };
}

/** Brings an offset of the text before a change into view, without the focus. */
export const showAt = (at) => EditorView.scrollIntoView(at, { y: "nearest", yMargin: 60 });

/** Puts the cursor at an offset, in the middle of what is visible, and the focus into the code. */
export function jumpTo(view, from, to = from) {
  const end = view.state.doc.length;
  view.dispatch({
    selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
    effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
  });
  view.focus();
}
