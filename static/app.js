// What every page can do: colours, local times, copying, dialogs, messages, shortcuts, live parts.

import { follow } from "./live.js";
import "./token.js";

const day = { month: "short", day: "numeric" };
const minute = { hour: "numeric", minute: "2-digit" };
const thisYear = new Intl.DateTimeFormat(undefined, { ...day, ...minute });
const earlier = new Intl.DateTimeFormat(undefined, { ...day, year: "numeric", ...minute });
const clock = new Intl.DateTimeFormat(undefined, { ...minute, second: "2-digit", fractionalSecondDigits: 3 });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
    time.dataset.local = "";
    const at = new Date(time.dateTime);
    const form = "clock" in time.dataset ? clock : at.getFullYear() === new Date().getFullYear() ? thisYear : earlier;
    time.textContent = form.format(at);
  }
}

/** Shows a message for a while: a sentence, or a list of words and elements. */
export function say(words, kind = "info") {
  const parts = [words].flat();
  const message = document.createElement("div");
  message.className = `message message-${kind} fresh`;
  message.append(...parts);
  document.querySelector(".messages").append(message);
  setTimeout(() => message.remove(), kind === "error" || parts.length > 1 ? 12000 : 4000);
}

export function signInLink() {
  const made = { href: "/accounts/login/", target: "_blank", textContent: "Sign in again in a new tab" };
  return Object.assign(document.createElement("a"), made);
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say("Copied.");
  } catch {
    say("The browser did not allow copying. Select the text and copy it by hand.", "error");
  }
}

function chooseTheme(choice) {
  document.documentElement.dataset.theme = choice;
  document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax`;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || (target && target.closest(".menu-panel"))) menu.open = false;
  }
  if (!target) return;
  const { themeChoice, open, copy: copied, copyLink } = target.dataset;
  if (themeChoice) chooseTheme(themeChoice);
  if (open) document.getElementById(open).showModal();
  if (target.matches("[data-close]")) target.closest("dialog").close();
  if (target.matches("[data-dismiss]")) target.closest(".message").remove();
  if (copied) copy(document.getElementById(copied).textContent);
  if (copyLink !== undefined) {
    event.preventDefault();
    copy(target.href);
  }
});

const PLACES = { h: "/", p: "/playground/", c: "/chat/", r: "/runs/", s: "/sources/", l: "/library/" };
const GO_WITHIN = 1200; // ms between g and the letter
const placesHere = new Map();
let going = -GO_WITHIN; // when g was pressed

/** Lets `g` and then `key` do this on the present page. */
export function goTo(key, action) {
  placesHere.set(key, action);
}

function go(event) {
  going = -GO_WITHIN;
  const link = document.querySelector(`.rail a[href="${PLACES[event.key]}"]`);
  if (link) link.click();
  else if (placesHere.has(event.key)) {
    event.preventDefault();
    placesHere.get(event.key)();
  }
}

export const typing = (event) =>
  event.target.closest("input, textarea, select, [contenteditable=true]") || event.ctrlKey || event.metaKey || event.altKey;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (typing(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  else if (event.key === "g") going = event.timeStamp;
  else if (event.timeStamp - going < GO_WITHIN) go(event);
  else if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.select();
    }
  }
});

document.addEventListener("htmx:sendError", () =>
  say("The server can't be reached. Check that it runs, then try again.", "error"),
);
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.getResponseHeader("x-signed-out")) say(["You are signed out. ", signInLink(), ", then try again here."], "error");
  else if (xhr.status === 403) say("Your role does not allow this, or the page is too old: reload it.", "error");
  else say(`The server answered ${xhr.status}. Try again; if it stays, its log says why.`, "error");
});
document.addEventListener("htmx:load", (event) => localTimes(event.detail.elt));

localTimes(document);
follow(document.body);
