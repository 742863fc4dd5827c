// The ⋮ menu of a row: one menu for the whole outline, opened under the button that was pressed.

import { el, menuKeys, openMenu } from "./schema-dom.js";

const ACTIONS = new Map([
  ["below", () => "Add a field below"],
  ["add", () => "Add a nested field"],
  ["duplicate", () => "Duplicate"],
  ["up", () => "Move up"],
  ["down", () => "Move down"],
  ["in", (name) => `Move into ${name}`],
  ["out", (name) => `Move out of ${name}`],
  ["code", () => "Show in code"],
  ["delete", () => "Delete"],
]);

/**
 * {open(button, row, uses)}: `uses` has the row's `name`, and for an action that is not always there true, a name to
 * show, or false or null, which hide it. `act(action, row)` does what was chosen.
 */
export function makeRowMenu(pane, act) {
  const menu = el("div", { className: "schema-menu", role: "menu", popover: "auto" });
  for (const action of ACTIONS.keys()) menu.append(el("button", { type: "button", role: "menuitem", data: { act: action } }));
  pane.append(menu);
  let owner = null;
  menu.addEventListener("keydown", (event) => menuKeys(menu, event));
  menu.addEventListener("click", ({ target }) => {
    const action = target.closest("[data-act]")?.dataset.act;
    if (!action) return;
    menu.hidePopover();
    act(action, owner);
  });
  const open = (button, row, uses) => {
    owner = row;
    for (const item of menu.children) {
      const { act: action } = item.dataset;
      const use = action in uses ? uses[action] : true;
      item.hidden = use === false || use === null;
      item.textContent = ACTIONS.get(action)(String(use).slice(0, 40));
    }
    menu.setAttribute("aria-label", `Actions for ${uses.name.slice(0, 60)}`);
    openMenu(menu, button);
  };
  return { open };
}
