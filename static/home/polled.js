// Parts of a page that are asked for again and again, [data-polled]. Nothing is asked while nobody looks; an answer that says
// the same as the one before changes nothing, so that what is selected stays so; a server that is away is told of once.

const answers = new Map(); // by the part's id
let isAway = false;

function ofPolled(name, act) {
  document.addEventListener(name, (event) => event.target.closest?.("[data-polled]") && act(event), true);
}

ofPolled("htmx:beforeRequest", (event) => document.hidden && event.preventDefault());
ofPolled("htmx:beforeSwap", ({ detail }) => {
  const { id } = detail.target;
  if (answers.get(id) === detail.xhr.responseText) detail.shouldSwap = false;
  answers.set(id, detail.xhr.responseText);
});
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  ofPolled(trouble, (event) => {
    if (isAway) event.stopImmediatePropagation();
    isAway = true;
  });
}
ofPolled("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) isAway = false;
});
