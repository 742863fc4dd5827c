// The playground: which parts of the form are shown, drafts, the input's form, the run and its result beside it.

import { say } from "../app.js";
import { followTopics } from "../live.js";

const form = document.getElementById("task");
const bench = document.querySelector(".bench");
const DRAFT_AFTER = 600;
const FORM_AFTER = 300;
const ONE_PRESS = 500; // a second press this soon is the same press

let startedAt = 0;

// Parts that belong to a choice

function arrange() {
  const data = new FormData(form);
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, value] = part.dataset.when.split("=");
    part.hidden = data.get(name) !== value;
  }
  advise();
}

function advise() {
  const { selectedOptions } = form.elements.processor;
  const { fields, price, latency, for: meant, typical } = selectedOptions[0].dataset;
  const here = typical ? `about ${typical} here, free on the built-in engine` : "free on the built-in engine";
  document.getElementById("processor-advice").textContent =
    `${meant}, up to ${fields} fields. ${here[0].toUpperCase()}${here.slice(1)}; hosted ${latency}, ${price}.`;
}

function tellEditors() {
  const inputChars = form.elements.input_text.value.length;
  for (const editor of form.querySelectorAll("[data-schema-editor]")) {
    editor.dispatchEvent(new CustomEvent("schema-context", { detail: { processor: form.elements.processor.value, inputChars } }));
  }
}

// Requests beside the form's own

function send(url) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(new FormData(form)), keepalive: true });
}

function later(wait, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

const saveDraft = later(DRAFT_AFTER, async () => {
  const state = document.getElementById("draft-state");
  try {
    const answer = await send(form.dataset.draftUrl);
    state.textContent = answer.ok ? "Draft saved" : answer.status === 413 ? "Too long to be kept as a draft" : "Draft not saved";
  } catch {
    state.textContent = "Draft not saved: the server can't be reached";
  }
});

const drawInputForm = later(FORM_AFTER, async () => {
  const answer = await send(form.dataset.inputFormUrl);
  if (!answer.ok) return;
  const focused = document.activeElement?.closest("#input-form") ? document.activeElement.name : "";
  htmx.swap("#input-form", await answer.text(), { swapStyle: "outerHTML" });
  if (focused) form.elements[focused]?.focus();
});

const tellEditorsSoon = later(FORM_AFTER, tellEditors);

form.addEventListener("input", (event) => {
  arrange();
  saveDraft();
  if (event.target.name === "input_text") tellEditorsSoon();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "processor") tellEditors();
  if (event.target.name?.startsWith("metadata_")) addMetadataRow();
});
form.addEventListener("schema-change", (event) => {
  saveDraft();
  if (event.target.dataset.kind === "input") drawInputForm();
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

// A template brings its input and its processor along

form.addEventListener("template-chosen", (event) => {
  const { input_example: given, input_schema: schema, processor } = event.detail;
  form.elements.processor.value = processor;
  const byForm = schema && typeof given === "object";
  form.elements.input_kind.value = byForm ? "form" : "text";
  if (byForm) fillInput(schema, given);
  else form.elements.input_text.value = given;
  arrange();
  tellEditors();
  saveDraft();
});

function fillInput(schema, given) {
  const wanted = new Map(
    Object.entries(given).map(([name, value]) => [`input:/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, value]),
  );
  document.addEventListener(
    "htmx:afterSwap",
    () => {
      for (const [name, value] of wanted)
        if (form.elements[name]) form.elements[name].value = typeof value === "object" ? JSON.stringify(value) : value;
      saveDraft();
    },
    { once: true },
  );
  form
    .querySelector("[data-kind=input]")
    .dispatchEvent(new CustomEvent("schema-set", { detail: { text: JSON.stringify(schema, null, 2) } }));
  drawInputForm();
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

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "run-panel") started();
  if (event.detail.target?.id === "run-errors") showErrors();
});

function started() {
  startedAt = Date.now();
  const run = document.querySelector("#run-panel a[href*='trun_']").pathname.split("/").at(-2);
  const cursor = document.querySelector("#run-live").dataset.cursor;
  clearErrors();
  show("result");
  history.replaceState(null, "", `${location.pathname}?run=${run}`);
  followTopics(`run:${run}`, cursor);
}

function clearErrors() {
  const box = document.getElementById("run-errors");
  box.hidden = true;
  box.replaceChildren();
  forgetPlaces();
}

function forgetPlaces() {
  for (const place of form.querySelectorAll(".field-errors")) place.replaceChildren();
  for (const input of form.querySelectorAll("[aria-invalid=true]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

/** Each sentence of the list stands at its field as well. */
function showErrors() {
  forgetPlaces();
  const box = document.getElementById("run-errors");
  for (const item of box.querySelectorAll("[data-for]")) {
    const name = item.dataset.for;
    const place = form.querySelector(`[data-errors-of="${CSS.escape(name)}"]`);
    const sentence = document.createElement("p");
    sentence.className = "field-error";
    sentence.textContent = item.textContent;
    place?.append(sentence);
    const input = form.elements[name];
    if (!(input instanceof Element)) continue;
    input.setAttribute("aria-invalid", "true");
    if (place) input.setAttribute("aria-describedby", place.id);
  }
  box.scrollIntoView({ block: "nearest" });
}

// On a narrow page, the task and its result are two tabs

function show(part) {
  bench.dataset.shown = part;
  for (const tab of document.querySelectorAll("[data-page-tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.pageTab === part));
  }
}

for (const tab of document.querySelectorAll("[data-page-tab]")) tab.addEventListener("click", () => show(tab.dataset.pageTab));

// As code

document.querySelector("[data-snippets]").addEventListener("click", async () => {
  try {
    const answer = await send(form.dataset.snippetsUrl);
    if (!answer.ok) throw new Error();
    document.getElementById("snippets-body").innerHTML = await answer.text();
    document.getElementById("snippets").showModal();
  } catch {
    say("The code could not be made: the server did not answer. Try again.", "error");
  }
});

if (new URLSearchParams(location.search).has("run")) show("result");
arrange();
tellEditors();
