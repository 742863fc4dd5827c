// Home: rows go live by themselves, and the counts follow; a run that is not listed yet brings the list up to date.

import { calmly } from "../later.js";

const WAIT = 300;
let isListOld = false;

const refresh = calmly(WAIT, async () => {
  const part = isListOld ? "#run-list" : "#run-counts";
  isListOld = false;
  await htmx.ajax("GET", "/", { target: part, swap: "outerHTML" }).catch(() => {}); // app.js has told of it
});

document.addEventListener("live:placed", refresh);
document.addEventListener("live:unplaced", () => {
  isListOld = true;
  refresh();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest(".run-row");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector("a").click();
});
