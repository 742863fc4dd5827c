// The history: a row opens beside the list (click, j, k, Enter, Esc) and the open row stands in the address. New runs
// never push the list about; a button says how many there are.

import { typing } from "../app.js";
import { markChosen } from "./run.js";

const list = () => document.getElementById("run-list");
const peeked = () => document.getElementById("run-peek").dataset.run;
const fresh = new Set();

function addressWith(run) {
  const query = new URLSearchParams(list().dataset.here);
  if (run) query.set("peek", run);
  const text = query.toString();
  return text ? `${location.pathname}?${text}` : location.pathname;
}

function mark() {
  const open = peeked();
  for (const row of document.querySelectorAll(".run-row")) row.toggleAttribute("aria-current", row.id === open);
  document.getElementById("history").classList.toggle("has-peek", Boolean(open));
}

async function peek(run) {
  const address = addressWith(run);
  history.replaceState(null, "", address);
  if (run) await htmx.ajax("GET", address, { target: "#run-peek", swap: "outerHTML" });
  else {
    const panel = document.getElementById("run-peek");
    panel.hidden = true;
    panel.replaceChildren();
    delete panel.dataset.run;
  }
  mark();
  document.getElementById(run)?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const rows = [...document.querySelectorAll(".run-row")];
  const at = rows.findIndex((row) => row.id === peeked());
  const next = rows[at < 0 ? 0 : at + by];
  if (next) peek(next.id);
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const row = event.target.closest(".run-row");
  if (event.target.closest("[data-close-peek]")) {
    event.preventDefault();
    peek("");
  } else if (row && !String(getSelection())) {
    event.preventDefault();
    peek(row.id);
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && peeked() && !document.querySelector("dialog[open]")) {
      const row = document.getElementById(peeked());
      peek("");
      row?.querySelector("a").focus();
    }
    if (typing(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && peeked() && !event.target.closest("a, button, summary"))
      location.assign(`${location.pathname}${peeked()}/`);
  },
  true,
);

document.addEventListener("live:unplaced", (event) => {
  if (!list().hasAttribute("data-first-page")) return;
  fresh.add(event.detail.element.id);
  const button = document.getElementById("new-runs");
  button.textContent = fresh.size === 1 ? "Show 1 new run" : `Show ${fresh.size} new runs`;
  button.hidden = false;
});

document.addEventListener("click", (event) => {
  if (event.target.id !== "new-runs") return;
  fresh.clear();
  htmx.ajax("GET", addressWith(""), { target: "#run-list", swap: "outerHTML" }).then(mark);
});

document.addEventListener("live:placed", (event) => {
  mark();
  if (event.detail.element.id === peeked()) peek(peeked());
});
document.addEventListener("htmx:afterSettle", () => {
  mark();
  markChosen();
});
mark();
