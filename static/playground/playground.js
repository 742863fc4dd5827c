// The playground: which parts of the form are shown, the run and its result beside it, and the keys that go there.

import { goTo, say } from "../app.js";
import { later } from "../later.js";
import { followTopics, showState } from "../live.js";
import { send } from "./asking.js";
import { Draft } from "./draft.js";
import { putState, stateOf } from "./form-state.js";
import { InputForm } from "./input-form.js";
import * as metadata from "./metadata.js";
import { el } from "./schema-dom.js";
import { clearErrors, formChanged, showErrors } from "./run-errors.js";

const TELL_AFTER = 300;

const form = document.getElementById("task");
const bench = document.querySelector(".bench");
const inputForm = new InputForm(form);
const draft = new Draft(form, put);

async function put(state) {
  await putState(form, state, inputForm);
  arrange();
  tellEditors();
}

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
  const { processor, provider } = form.elements;
  if (provider && provider.selectedIndex < 0) provider.selectedIndex = 0; // the one that was kept is gone
  const { fields, for: meant } = processor.selectedOptions[0].dataset;
  const hosted = provider?.selectedOptions[0].dataset.hosted;
  const cost = hosted ? hostedCost(processor.selectedOptions[0], hosted) : freeHere(processor.selectedOptions[0], !provider);
  document.getElementById("processor-advice").textContent = `${meant}, up to ${fields} fields. ${cost}`;
}

const hostedCost = ({ dataset: { price, latency } }, name) => `About ${price} on ${name}, ${latency}.`;

function freeHere({ dataset: { price, latency, typical } }, tellsOfHosted) {
  const here = typical ? `About ${typical} here, free on the built-in engine.` : "Free on the built-in engine.";
  return tellsOfHosted ? `${here} Parallel's hosted API: ${latency}, ${price}.` : here;
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
  draft.changed();
  inputForm.stopAsking();
  formChanged(form, target.closest("[data-place]")?.dataset.place ?? target.name ?? "");
  if (target.name === "input_text") tellEditorsSoon();
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "processor") tellEditors();
  if (target.name?.startsWith("metadata_")) metadata.addRow(form);
});
form.addEventListener("schema-change", ({ target }) => {
  draft.changed();
  formChanged(form, `${target.dataset.kind}_schema`);
  if (target.dataset.kind === "input") inputForm.drawSoon();
});

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
  draft.changed();
});

document.querySelector("[data-start-empty]").addEventListener("click", async () => {
  const before = stateOf(form);
  const { emptySchema } = form.dataset;
  const empty = { output_kind: "json", output_schema: emptySchema, input_kind: "text", input_schema: emptySchema };
  const cleared = { output_text: "", input_text: "", include_domains: "", exclude_domains: "", after_date: "" };
  await put(new URLSearchParams({ ...empty, ...cleared }));
  clearErrors(form);
  draft.changed();
  say(["Emptied. ", undoButton(before)]);
});

function undoButton(before) {
  const click = () => put(before).then(() => draft.changed());
  return el("button", { type: "button", className: "button", textContent: "Undo", data: { dismiss: "" }, on: { click } });
}

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
  const run = document.querySelector("#run-panel a[href*='trun_']")?.pathname.split("/").at(-2) ?? "";
  clearErrors(form);
  if (run !== runInAddress()) history.pushState(null, "", `${location.pathname}?run=${run}`);
  if (run) show("result");
  followPanel(run);
}

const runInAddress = () => new URLSearchParams(location.search).get("run") ?? "";

function followPanel(run) {
  const live = document.getElementById("run-live");
  if (live) showState(live);
  const isOver = !live || live.dataset.liveOver !== undefined;
  followTopics(isOver ? "" : `run:${run}`, live?.dataset.cursor ?? "0");
}

addEventListener("popstate", () => {
  htmx.ajax("GET", location.pathname + location.search, { target: "#run-panel", swap: "outerHTML" });
});

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
draft.restore();
