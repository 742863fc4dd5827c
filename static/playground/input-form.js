// The form that an input schema makes: drawn again when the schema changes, filled in, asked what it lacks.

import { say } from "../app.js";
import { later } from "../later.js";
import { send } from "./asking.js";

const DRAW_AFTER = 300;

export class InputForm {
  constructor(form) {
    this.form = form;
    this.notice = document.getElementById("input-missing");
    this.drawSoon = later(DRAW_AFTER, () => this.draw());
  }

  /** Draws the controls that the input schema asks for; `fields` are what they hold, by default what they hold now. */
  async draw(fields) {
    try {
      const answer = await send(this.form, this.form.dataset.inputFormUrl, { fields });
      if (!answer.ok) throw new Error(answer.status);
      const focused = document.activeElement?.closest("#input-form") ? document.activeElement.name : "";
      htmx.swap("#input-form", await answer.text(), { swapStyle: "outerHTML" });
      if (focused) this.form.elements[focused]?.focus();
    } catch {
      say(
        "The input's form could not be drawn: the server did not answer. It is drawn at the next change of the schema.",
        "error",
      );
    }
  }

  /** Takes over an input schema and an input that fits it. */
  async fill(schema, given) {
    const text = JSON.stringify(schema, null, 2);
    this.form.querySelector("[data-kind=input]").dispatchEvent(new CustomEvent("schema-set", { detail: { text } }));
    await this.drawSoon.flush();
    for (const [name, value] of Object.entries(given)) {
      const control = this.form.elements[`input:/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`];
      if (control) control.value = typeof value === "object" ? JSON.stringify(value) : value;
    }
  }

  /** Asks, in place, whether to run although the input does not fit its schema; true if there is something to ask. */
  asksFirst(runAnyway) {
    const doubts = this.doubts();
    if (!doubts.length) return false;
    const [sentence, button] = this.notice.children;
    sentence.textContent = `${doubts.join(" ")} Run anyway?`;
    button.onclick = () => {
      this.stopAsking();
      runAnyway();
    };
    this.notice.hidden = false;
    this.notice.scrollIntoView({ block: "nearest" });
    button.focus({ preventScroll: true });
    return true;
  }

  stopAsking() {
    this.notice.hidden = true;
  }

  /** What the run would warn of, in sentences. */
  doubts() {
    if (new FormData(this.form).get("input_kind") !== "form") return [];
    const controls = [...document.querySelectorAll("#input-form [data-label]")];
    const missing = controls.filter((control) => control.dataset.required !== undefined && !control.value.trim());
    const names = missing.map((control) => control.dataset.label).join(", ");
    const required = names ? [`${names} ${missing.length > 1 ? "are" : "is"} required by the input schema.`] : [];
    return [...required, ...controls.filter(isOff).map(({ dataset }) => `${dataset.label} is not ${KINDS[dataset.kind]}.`)];
  }
}

const KINDS = { integer: "a whole number", number: "a number", json: "JSON" };

/** Whether what was typed is not of its control's kind; it is sent as text then. */
function isOff({ value, dataset }) {
  if (!value.trim() || !KINDS[dataset.kind]) return false;
  try {
    const read = JSON.parse(value);
    if (dataset.kind === "json") return false;
    return typeof read !== "number" || (dataset.kind === "integer" && !Number.isInteger(read));
  } catch {
    return true;
  }
}
