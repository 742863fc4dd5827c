// Home: rows go live by themselves; a run that is not listed yet brings the list up to date.

let waiting = 0;

document.addEventListener("live:unplaced", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => htmx.ajax("GET", "/", { target: "#run-list", swap: "outerHTML" }), 200);
});

document.addEventListener("click", (event) => {
  const row = event.target.closest(".run-row");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector("a").click();
});
