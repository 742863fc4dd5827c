// The form as it was left is there again after a reload. The server keeps it, for every device; what it has not kept yet
// stays in this tab. No two tabs overwrite each other: each change has a version that its page names, and the server takes
// a change only from a page that knows the version before: it was drawn with it, or sent it, even if it heard no answer.

import { signInLink } from "../app.js";
import { later } from "../later.js";
import { send } from "./asking.js";
import { stateOf } from "./form-state.js";
import { el } from "./schema-dom.js";

const SAVE_AFTER = 600;
const TRY_AGAIN = 5_000;
const UNSAVED = "playground-draft";
const MOST_UNHEARD = 50;

export class Draft {
  /** `put(state)` makes the form ask what it asked before. */
  constructor(form, put) {
    Object.assign(this, { form, put, says: document.getElementById("draft-state") });
    this.unsaved = this.busy = this.failed = this.overtaken = false;
    this.soon = later(SAVE_AFTER, () => this.save());
    this.nextVersion();
    addEventListener("pagehide", () => this.leave());
    form.addEventListener("htmx:configRequest", ({ target }) => target === form && this.nextVersion()); // a run keeps it too
    const again = () => this.failed && !document.hidden && this.save();
    setInterval(again, TRY_AGAIN);
    addEventListener("online", again);
    document.addEventListener("live:open", again);
  }

  /** What is sent next is a version of its own; the one before is known from now on, for it may have been sent. */
  nextVersion() {
    const { draft_version: next } = this.form.elements;
    if (next.value) this.know(next.value);
    next.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  get known() {
    return this.form.elements.draft_known.value.split(" ");
  }

  set known([first, ...later]) {
    this.form.elements.draft_known.value = [first, ...later.slice(-MOST_UNHEARD)].join(" ");
  }

  know(version) {
    this.known = [...this.known, version];
  }

  /** To be called at every change of the form. */
  changed() {
    forgetOrigin();
    this.unsaved = true;
    this.remember();
    this.soon();
  }

  remember(more = {}) {
    const { member } = this.form.dataset;
    const kept = { member, known: this.known, state: stateOf(this.form), ...more };
    try {
      sessionStorage.setItem(UNSAVED, JSON.stringify(kept));
    } catch {
      sessionStorage.removeItem(UNSAVED); // full: an older state would be worse than none
    }
  }

  /** Brings back what the server had not kept when the page was left. */
  async restore() {
    const kept = JSON.parse(sessionStorage.getItem(UNSAVED));
    if (kept?.member !== this.form.dataset.member) return sessionStorage.removeItem(UNSAVED); // somebody else's
    if (hasOrigin()) return (this.known = [...new Set([...this.known, ...kept.known])]); // they may be on their way
    if (kept.sent === this.known[0] || kept.state === stateOf(this.form)) return sessionStorage.removeItem(UNSAVED);
    this.known = kept.known;
    await this.put(kept.state);
    this.changed();
    this.soon.flush();
  }

  /** The page is left: what waits is sent, though no answer will be heard. */
  leave() {
    if (this.unsaved && !this.overtaken) this.store();
  }

  async save() {
    if (this.overtaken) return;
    if (this.busy) return this.soon();
    this.busy = true;
    await this.store();
    this.busy = false;
  }

  async store() {
    const state = stateOf(this.form);
    const fields = new FormData(this.form);
    const isAgain = this.failed && this.last?.state === state; // under the same name, for it may have arrived
    if (isAgain) fields.set("draft_version", this.last.sent);
    else this.nextVersion();
    const sent = fields.get("draft_version");
    this.last = { state, sent };
    this.remember({ sent });
    try {
      await this.heard(await send(this.form, this.form.dataset.draftUrl, { outlives: true, fields }), state, sent);
    } catch {
      this.tellFailed("Draft not saved: the server can't be reached. Trying again…");
    }
  }

  async heard(answer, state, sent) {
    this.failed = false;
    if (answer.ok) this.saved((await answer.json()).version, state, sent);
    else if (answer.status === 409) this.refused((await answer.json()).version);
    else if (answer.status === 413) this.tell("Too long to be kept as a draft");
    else if (answer.headers.has("x-signed-out")) this.tellFailed("Draft not saved: you are signed out. ", signInLink());
    else this.tellFailed("Draft not saved. Trying again…");
  }

  saved(version, state, sent) {
    this.known = [version, ...this.known.slice(this.known.indexOf(sent) + 1)];
    this.tell("Draft saved");
    this.unsaved = stateOf(this.form) !== state;
    if (this.unsaved) this.remember();
    else sessionStorage.removeItem(UNSAVED);
  }

  tell(...words) {
    this.says.replaceChildren(...words);
  }

  tellFailed(...words) {
    this.failed = true;
    this.tell(...words);
  }

  /** Another page has changed the draft; or this one itself, by what was sent later and came first. */
  refused(version) {
    if (this.known.includes(version)) this.soon();
    else this.tellOvertaken(version);
  }

  tellOvertaken(version) {
    this.overtaken = true;
    const load = button("Load that", () => {
      sessionStorage.removeItem(UNSAVED);
      location.reload();
    });
    const keep = button("Keep mine", () => {
      this.overtaken = false;
      this.know(version);
      this.remember();
      this.save();
    });
    this.tell("Changed in another tab. ", load, keep);
  }
}

const button = (textContent, click) =>
  el("button", { type: "button", className: "button button-quiet", textContent, on: { click } });

const ORIGINS = ["template", "from"];

/** Whether the page shows what its address names, and not the draft. */
const hasOrigin = () => ORIGINS.some((name) => new URLSearchParams(location.search).has(name));

/** From the first change on the draft counts: a reload must not fetch the template or the former run again. */
function forgetOrigin() {
  if (!hasOrigin()) return;
  const address = new URL(location.href);
  for (const name of ORIGINS) address.searchParams.delete(name);
  history.replaceState(null, "", address);
}
