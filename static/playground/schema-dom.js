// Small helpers for building elements without inline styles, handlers or markup in strings.

/** An element; keys with a dash and `role` become attributes, the rest properties, `on` listeners, `data` its dataset. */
export function el(tag, { on = {}, data = {}, ...rest } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  for (const [type, listener] of Object.entries(on)) node.addEventListener(type, listener);
  Object.assign(node.dataset, data);
  node.append(...children);
  return node;
}

/** Sets a property only when it differs, so that a caret and a running composition stay where they are. */
export function put(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

export function putAttribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Makes `list` hold one child per item: reuses those that are there by position, makes and drops the rest. */
export function reconcile(list, items, make, update) {
  while (list.children.length > items.length) list.lastElementChild.remove();
  for (const [i, item] of items.entries()) {
    if (!list.children[i]) list.append(make());
    update(list.children[i], item);
  }
}

/** Roving keys of a menu: arrows, Home, End, and Escape or Tab, which close it. */
export function menuKeys(menu, event) {
  const items = [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items.at(next % items.length)?.focus();
  } else if (event.key === "Tab") menu.hidePopover();
}

/** Opens a popover menu under its button, kept inside the window, with the first item focused. */
export function openMenu(menu, button) {
  menu.showPopover();
  const box = button.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8));
  const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - menu.offsetHeight)}px`;
  menu.querySelector("[role=menuitem]:not([hidden])")?.focus();
}
