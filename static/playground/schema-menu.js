// The ⋮ menu of a row: one menu for the whole outline, opened under the button that was pressed.

import { el, menuKeys, openMenu } from "./schema-dom.js"

const ACTIONS = [
  ["below", "Add a field below"], ["add", "Add a nested field"], ["duplicate", "Duplicate"],
  ["up", "Move up"], ["down", "Move down"], ["code", "Show in code"], ["delete", "Delete"],
]

/** {open(button, row, field, object)}; `act(action, row)` does what was chosen. */
export function makeRowMenu(pane, act) {
  const menu = el("div", { className: "schema-menu", role: "menu", popover: "auto" })
  for (const [action, textContent] of ACTIONS) menu.append(el("button", { type: "button", role: "menuitem", textContent, data: { act: action } }))
  pane.append(menu)
  let owner = null
  menu.addEventListener("keydown", (event) => menuKeys(menu, event))
  menu.addEventListener("click", ({ target }) => {
    const action = target.closest("[data-act]")?.dataset.act
    if (!action) return
    menu.hidePopover()
    act(action, owner)
  })
  const open = (button, row, field, object) => {
    owner = row
    const useless = { add: !field.object, up: field.index === 0, down: field.index === object.fields.length - 1 }
    for (const item of menu.children) item.hidden = Boolean(useless[item.dataset.act])
    menu.setAttribute("aria-label", `More for ${field.name.slice(0, 60)}`)
    openMenu(menu, button)
  }
  return { open }
}
