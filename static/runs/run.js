// A run's page: the chosen field stands in the address; j and k go through the fields.

import { typing } from "../app.js";
import "./elapsed.js";

export function markChosen() {
  const evidence = document.getElementById("run-evidence");
  for (const row of document.querySelectorAll(".field-row")) {
    if (evidence && row.dataset.field === evidence.dataset.field) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "run-evidence" && event.detail.elt.id !== "run-evidence") return;
  markChosen();
  const evidence = document.getElementById("run-evidence");
  if (evidence.getBoundingClientRect().top > innerHeight - 160) evidence.scrollIntoView({ block: "start", behavior: "smooth" });
  if (location.pathname.startsWith("/runs/trun_")) history.replaceState(null, "", event.detail.pathInfo.requestPath);
});

document.addEventListener("keydown", (event) => {
  if (typing(event) || document.querySelector("dialog[open]") || !["j", "k"].includes(event.key)) return;
  const rows = [...document.querySelectorAll("#run-live .field-row")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.getAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
  const link = next.querySelector("a");
  link.focus({ preventScroll: false });
  link.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) backToFields();
  const row = event.target.closest(".field-row");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector("a").click();
});

/** On a narrow page the evidence stands below all fields. */
function backToFields() {
  const link = document.querySelector(".field-row[aria-current] a");
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "center" });
}
