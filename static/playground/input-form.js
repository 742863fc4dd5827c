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

  async draw() {
    try {
      const answer = await send(this.form, this.form.dataset.inputFormUrl);
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

  /** Asks, in place, whether to run although required values are empty; true if there is something to ask. */
  asksFirst(runAnyway) {
    const missing = this.missing();
    if (!missing.length) return false;
    const [sentence, button] = this.notice.children;
    const names = missing.map((control) => control.dataset.required).join(", ");
    sentence.textContent = `${names} ${missing.length > 1 ? "are" : "is"} required by the input schema. Run anyway?`;
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

  missing() {
    if (new FormData(this.form).get("input_kind") !== "form") return [];
    return [...document.querySelectorAll("#input-form [data-required]")].filter((control) => !control.value.trim());
  }
}
