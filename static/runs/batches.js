// The batches and the runs of one: a row opens by a click anywhere in it. A batch that is new never pushes the others
// about; a button says that there are some.

const list = document.getElementById("batch-list");
const button = document.getElementById("new-batches");

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || event.target.closest("a, button")) return;
  const row = event.target.closest(".run-row, .batch-row");
  if (row && !String(getSelection())) row.querySelector("a").click();
});
document.addEventListener("live:unplaced", () => {
  if (!list?.hasAttribute("data-first-page")) return;
  if (button) button.hidden = false;
  else location.reload(); // the page said that there is none
});
button?.addEventListener("click", () => location.reload());
