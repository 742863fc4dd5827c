// The playground: which parts of the form are shown, the run and its result beside it, and the keys that go there.

import { goTo, say } from "../app.js";
import { later } from "../later.js";
import { followTopics } from "../live.js";
import { send } from "./asking.js";
import { keepDraft } from "./draft.js";
import { InputForm } from "./input-form.js";
import { clearErrors, formChanged, showErrors } from "./run-errors.js";

const TELL_AFTER = 300;

const form = document.getElementById("task");
const bench = document.querySelector(".bench");
const inputForm = new InputForm(form);
const saveDraft = keepDraft(form);

// Parts that belong to a choice

function arrange() {
  const data = new FormData(form);
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, value] = part.dataset.when.split("=");
    part.hidden = data.get(name) !== value;
  }
  advise();
}

function advise() {
  const { selectedOptions } = form.elements.processor;
  const { fields, price, latency, for: meant, typical } = selectedOptions[0].dataset;
  const here = typical ? `About ${typical} here, free on the built-in engine` : "Free on the built-in engine";
  document.getElementById("processor-advice").textContent =
    `${meant}, up to ${fields} fields. ${here}. Parallel's hosted API: ${latency}, ${price}.`;
}

function tellEditors() {
  const inputChars = form.elements.input_text.value.length;
  for (const editor of form.querySelectorAll("[data-schema-editor]")) {
    editor.dispatchEvent(new CustomEvent("schema-context", { detail: { processor: form.elements.processor.value, inputChars } }));
  }
}

const tellEditorsSoon = later(TELL_AFTER, tellEditors);

form.addEventListener("input", ({ target }) => {
  arrange();
  saveDraft();
  inputForm.stopAsking();
  formChanged(form, target.name ?? "");
  if (target.name === "input_text") tellEditorsSoon();
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "processor") tellEditors();
  if (target.name?.startsWith("metadata_")) addMetadataRow();
});
form.addEventListener("schema-change", ({ target }) => {
  saveDraft();
  formChanged(form, `${target.dataset.kind}_schema`);
  if (target.dataset.kind === "input") inputForm.drawSoon();
});

function addMetadataRow() {
  const rows = form.querySelectorAll(".metadata-row");
  const last = rows[rows.length - 1];
  if ([...last.querySelectorAll("input")].every((input) => !input.value)) return;
  const row = last.cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, rows.length + 1));
  }
  last.after(row);
}

// A template brings its input and its processor along; an empty start brings nothing

form.addEventListener("template-chosen", async (event) => {
  const { input_example: given, input_schema: schema, processor } = event.detail;
  form.elements.processor.value = processor;
  const byForm = schema && typeof given === "object";
  form.elements.input_kind.value = byForm ? "form" : "text";
  arrange();
  tellEditors();
  if (byForm) await inputForm.fill(schema, given);
  else form.elements.input_text.value = given;
  saveDraft();
});

document.querySelector("[data-start-empty]").addEventListener("click", () => {
  for (const editor of form.querySelectorAll("[data-schema-editor]")) {
    editor.dispatchEvent(new CustomEvent("schema-set", { detail: { text: form.dataset.emptySchema } }));
  }
  for (const name of ["output_text", "input_text", "include_domains", "exclude_domains", "after_date"])
    form.elements[name].value = "";
  const [first, ...more] = form.querySelectorAll(".metadata-row");
  for (const row of more) row.remove();
  for (const input of first.querySelectorAll("input")) input.value = "";
  form.elements.output_kind.value = "json";
  form.elements.input_kind.value = "text";
  clearErrors(form);
  arrange();
  tellEditors();
  saveDraft();
  say("Emptied. Undo in the schema's editor brings the schema back.");
});

// The run

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      event.stopPropagation();
      form.requestSubmit();
    }
  },
  true,
);

form.addEventListener("htmx:confirm", (event) => {
  if (event.target === form && inputForm.asksFirst(() => event.detail.issueRequest(true))) event.preventDefault();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id === "run-panel") started();
  if (detail.target?.id === "run-errors") showErrors(form);
});

function started() {
  const run = document.querySelector("#run-panel a[href*='trun_']").pathname.split("/").at(-2);
  const cursor = document.querySelector("#run-live").dataset.cursor;
  clearErrors(form);
  show("result");
  history.replaceState(null, "", `${location.pathname}?run=${run}`);
  followTopics(`run:${run}`, cursor);
}

// On a narrow page, the task and its result are two tabs

function show(part) {
  bench.dataset.shown = part;
  for (const tab of document.querySelectorAll("[data-page-tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.pageTab === part));
  }
}

for (const tab of document.querySelectorAll("[data-page-tab]")) tab.addEventListener("click", () => show(tab.dataset.pageTab));

goTo("i", () => {
  show("task");
  [...document.querySelectorAll("#task-input :is(textarea, input, select)")]
    .find((control) => control.type !== "radio" && control.checkVisibility())
    ?.focus();
});
goTo("o", () => {
  show("result");
  (document.querySelector("#run-panel .field-row a") ?? document.getElementById("result")).focus();
});

// As code

document.querySelector("[data-snippets]").addEventListener("click", async () => {
  try {
    const answer = await send(form, form.dataset.snippetsUrl);
    if (!answer.ok) throw new Error(answer.status);
    document.getElementById("snippets-body").innerHTML = await answer.text();
    document.getElementById("snippets").showModal();
  } catch {
    say("The code could not be made: the server did not answer. Try again.", "error");
  }
});

if (new URLSearchParams(location.search).has("run")) show("result");
arrange();
tellEditors();
