// "Start from…": the templates, and the dialog that makes a schema from a JSON sample.

import { menuKeys, openMenu } from "./schema-dom.js";
import { parse, slice, valueOf } from "./schema-json.js";
import { format } from "./schema-text.js";

/** Wires the menu and the dialog of `host`. `set(text)` replaces the schema, `post(url, fields)` asks the server. */
export function wireStart(host, { set, post }) {
  const menu = host.querySelector(".schema-bench > [role=menu]");
  const dialog = host.querySelector(".schema-dialog");
  const button = host.querySelector("[data-tool=start]");
  button.addEventListener("click", () => openMenu(menu, button));
  menu.addEventListener("keydown", (event) => menuKeys(menu, event));
  menu.addEventListener("click", ({ target }) => {
    const choice = target.closest("button");
    if (!choice) return;
    menu.hidePopover();
    if (choice.dataset.template) startFrom(host, choice.dataset.template, set);
    else dialog.showModal();
  });
  wireSample(host, dialog, { set, post });
}

/** Takes the template's schema over; the page hears `template-chosen` for the input, its schema and the processor. */
function startFrom(host, template, set) {
  const output = slice(template, valueOf(parse(template), "output_schema"));
  set(format(output));
  host.dispatchEvent(new CustomEvent("template-chosen", { bubbles: true, detail: JSON.parse(template) }));
}

function wireSample(host, dialog, { set, post }) {
  const text = dialog.querySelector("textarea");
  const error = dialog.querySelector("[role=alert]");
  const fail = (sentence) => {
    error.textContent = sentence;
    text.setAttribute("aria-invalid", "true");
    text.focus();
  };
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    error.textContent = "";
    text.removeAttribute("aria-invalid");
  });
  dialog.querySelector("[data-make]").addEventListener("click", async () => {
    try {
      set(format(await schemaFrom(text.value, host.dataset.sampleUrl, post)));
      dialog.close();
    } catch (problem) {
      fail(problem.message);
    }
  });
}

/** The schema's JSON text, as the server made it from a sample; an Error with its sentence when it could not. */
async function schemaFrom(sample, url, post) {
  const response = await post(url, { sample });
  const text = await response.text();
  if (response.ok) return slice(text, valueOf(parse(text), "schema"));
  const sentence = response.status === 422 ? JSON.parse(text).error : null;
  throw new Error(sentence ?? `The server answered ${response.status}. Try again in a moment.`);
}
