// The history: a row opens beside the list (click, j, k, Enter, Esc) and the open row stands in the address. New runs
// never push the list about; a button says how many there are.

import { typing } from "../app.js";
import { calmly } from "../later.js";
import { markChosen } from "./run.js";

const REFRESH_AFTER = 200;
const list = () => document.getElementById("run-list");
const panel = () => document.getElementById("run-peek");
const fresh = new Set(); // runs that are newer than the list
let open = panel().dataset.run ?? ""; // the run in the panel
let latest = open; // where j and k go on from

function addressWith(run) {
  const query = new URLSearchParams(list().dataset.here);
  if (run) query.set("peek", run);
  const text = query.toString();
  return text ? `${location.pathname}?${text}` : location.pathname;
}

function mark() {
  for (const row of document.querySelectorAll(".run-row")) row.toggleAttribute("aria-current", row.id === open);
  document.getElementById("history").classList.toggle("has-peek", Boolean(open));
}

async function peek(run) {
  open = latest = run;
  history.replaceState(history.state, "", addressWith(run));
  await fillPanel();
  mark();
  document.getElementById(run)?.scrollIntoView({ block: "nearest" });
}

/** Fetches the open run; once more if another one was opened meanwhile, whose answer may have come first. */
async function fillPanel() {
  const run = open;
  await htmx.ajax("GET", addressWith(run), { target: "#run-peek", swap: "outerHTML" }).catch(() => {}); // app.js tells of it
  if (!open) emptyPanel();
  else if (open !== run) await fillPanel();
}

function emptyPanel() {
  panel().hidden = true;
  panel().replaceChildren();
}

function closePeek() {
  open = "";
  history.replaceState(history.state, "", addressWith(""));
  emptyPanel();
  mark();
}

/** Brings the open run up to date where it stands. */
const refreshPanel = calmly(REFRESH_AFTER, async () => {
  if (!open) return;
  const { scrollTop } = panel();
  await fillPanel();
  panel().scrollTop = scrollTop;
});

function step(by) {
  const rows = [...document.querySelectorAll(".run-row")];
  const at = rows.findIndex((row) => row.id === latest);
  const next = rows[at < 0 ? 0 : at + by];
  if (next) peek(next.id);
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const row = event.target.closest(".run-row");
  if (event.target.closest("[data-close-peek]")) {
    event.preventDefault();
    closePeek();
  } else if (row && !String(getSelection())) {
    event.preventDefault();
    peek(row.id);
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && open && !document.querySelector("dialog[open]")) {
      event.preventDefault(); // one press closes the panel and leaves the search as it is
      const row = document.getElementById(open);
      closePeek();
      row?.querySelector("a").focus();
    }
    if (typing(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && open && !event.target.closest("a, button, summary"))
      location.assign(`${location.pathname}${open}/`);
  },
  true,
);

const askedAt = (row) => row?.querySelector("time").dateTime ?? "";

/** A run that is not in the list may belong into it; only without a filter it is known to. */
document.addEventListener("live:unplaced", ({ detail: { element } }) => {
  if (!list().hasAttribute("data-first-page")) return;
  const isFiltered = list().hasAttribute("data-filtered");
  if (!isFiltered && askedAt(element) <= askedAt(document.querySelector(".run-row"))) return;
  fresh.add(element.id);
  const button = document.getElementById("new-runs");
  button.textContent = isFiltered ? "Update the list" : `Show ${fresh.size} new run${fresh.size === 1 ? "" : "s"}`;
  button.hidden = false;
});

document.addEventListener("click", (event) => {
  if (event.target.id !== "new-runs") return;
  fresh.clear();
  htmx.ajax("GET", addressWith(""), { target: "#run-list", swap: "outerHTML" }).then(mark);
});

document.addEventListener("live:placed", (event) => {
  mark();
  if (event.detail.element.id === open) refreshPanel();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt?.id === "run-list" && open) keepOrClosePeek();
  mark();
  markChosen();
});

/** A panel stays beside a new list only if its run is in it. */
function keepOrClosePeek() {
  if (document.getElementById(open)) history.replaceState(history.state, "", addressWith(open));
  else closePeek();
}

mark();
