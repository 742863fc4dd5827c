// Adding files: which were chosen is listed, and what is too large is told before anything is sent.

const MB = 1_000_000;

function tell(drop) {
  const input = drop.querySelector("input");
  const files = [...input.files];
  const { mostEach, mostTogether } = drop.dataset;
  const large = files.find((file) => file.size > mostEach);
  const together = files.reduce((sum, file) => sum + file.size, 0);
  let trouble = "";
  if (large) trouble = `${large.name} is larger than ${mostEach / MB} MB. Split it first.`;
  else if (together > mostTogether) trouble = `These are more than ${mostTogether / MB} MB together. Add them in parts.`;
  input.setCustomValidity(trouble);
  const rows = files.map((file) => `${file.name}, ${size(file.size)}`);
  drop.querySelector(".drop-files").replaceChildren(...(trouble ? [trouble] : rows).map(row));
  drop.classList.toggle("has-trouble", Boolean(trouble));
}

function row(words) {
  return Object.assign(document.createElement("li"), { textContent: words, dir: "auto" });
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} bytes` : bytes < MB ? `${Math.round(bytes / 1000)} kB` : `${(bytes / MB).toFixed(1)} MB`;
}

document.addEventListener("change", (event) => {
  const drop = event.target.closest(".drop");
  if (drop) tell(drop);
});

for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.(".drop")?.classList.toggle("is-over", over));
}

// What is too large is not sent: the server would break the connection off while it is still coming.
document.addEventListener("htmx:confirm", (event) => {
  const drop = event.target.closest("#source-form")?.querySelector(".drop.has-trouble");
  if (!drop || !event.target.closest("form").querySelector("[name=kind][value=file]:checked")) return;
  event.preventDefault();
  drop.querySelector("input").focus();
});
