// The live stream of a page. <body data-live="topic,topic" data-live-after="number"> opens it; a frame is HTML whose top
// elements replace the elements with the same ids. A frame for an element that is not on the page becomes the event
// `live:unplaced`, and every frame that was placed the event `live:placed`, so that a page can add what it needs. `live:open`
// tells that the server is there, at first or again.

const HIDDEN_FOR = 60_000;
const SILENT_AFTER = 20_000;
const TRY_AGAIN = 3_000;

let stream = null;
let topics = "";
let after = "0";
let timer = 0;
let heard = 0;

export function follow(element) {
  topics = element.dataset.live ?? "";
  after = element.dataset.liveAfter ?? "0";
  open();
}

export function followTopics(wanted, cursor) {
  topics = wanted;
  after = cursor;
  open();
}

const address = () => `/events?topics=${encodeURIComponent(topics)}&after=${after}`;

function open() {
  close();
  if (!topics) return;
  stream = new EventSource(address());
  stream.addEventListener("swap", (event) => {
    after = event.lastEventId || after;
    hear();
    place(event.data);
  });
  stream.addEventListener("ping", hear);
  stream.addEventListener("resync", () => location.reload());
  stream.addEventListener("open", () => {
    hear();
    document.dispatchEvent(new CustomEvent("live:open"));
  });
  stream.addEventListener("error", failed);
  heard = Date.now();
}

/** A broken connection is tried again; a refused one too, unless the refusal says that nobody is signed in. */
async function failed({ target }) {
  tryAgainSoon();
  if (target.readyState === EventSource.CLOSED && (await isSignedOut())) stop();
}

async function isSignedOut() {
  const asking = new AbortController();
  try {
    const { status } = await fetch(address(), { signal: asking.signal });
    return status === 401;
  } catch {
    return false; // the server can't be reached, so nothing is known
  } finally {
    asking.abort();
  }
}

function stop() {
  close();
  topics = "";
  document.querySelector(".offline")?.remove();
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "Sign in again.";
  tell("You are signed out. ", link);
}

function hear() {
  heard = Date.now();
  document.querySelector(".offline")?.remove();
}

// The server says something every 15 seconds. Silence means that it restarts, or that this machine slept.
setInterval(() => {
  if (!stream || Date.now() - heard < SILENT_AFTER) return;
  showOffline();
  open();
  tryAgainSoon();
}, 1_000);

function tryAgainSoon() {
  heard = Math.min(heard, Date.now() - SILENT_AFTER + TRY_AGAIN);
}

function showOffline() {
  if (!document.querySelector(".offline")) tell("Not live: the server does not answer. Trying again…");
}

function tell(...words) {
  const note = document.createElement("p");
  note.className = "offline message";
  note.append(...words);
  document.querySelector(".messages").append(note);
}

function close() {
  stream?.close();
  stream = null;
}

function place(html) {
  const frame = document.createElement("template");
  frame.innerHTML = html;
  for (const fresh of [...frame.content.children]) {
    const old = document.getElementById(fresh.id);
    if (!old) {
      document.dispatchEvent(new CustomEvent("live:unplaced", { detail: { element: fresh } }));
      continue;
    }
    const focused = old.contains(document.activeElement) ? keyOf(document.activeElement) : null;
    for (const details of old.querySelectorAll("details")) {
      const twin = fresh.querySelector(`details.${details.className.split(" ")[0]}`);
      if (twin) twin.open = details.open;
    }
    old.replaceWith(fresh);
    htmx.process(fresh);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: fresh } }));
    if (focused) fresh.querySelector(focused)?.focus();
    showState(fresh);
    document.dispatchEvent(new CustomEvent("live:placed", { detail: { element: fresh } }));
  }
}

function keyOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.className ? `${element.localName}.${CSS.escape(element.className.split(" ")[0])}` : null;
}

const ICONS = { completed: "completed", failed: "failed", cancelled: "idle" };

export function showState(element) {
  const { state, title, liveOver } = element.dataset;
  if (!title) return;
  document.title = title;
  const icon = document.querySelector("link[rel=icon]");
  icon.href = icon.dataset[ICONS[state] ?? "running"];
  if (liveOver !== undefined) close();
}

// A hidden tab gives its connection back after a minute: a browser has only six for one server. What it missed is
// sent when it is looked at again. A run that is still moving keeps it, for its title and icon.
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.hidden) {
    timer = setTimeout(() => document.querySelector("[data-title]:not([data-live-over])") ?? close(), HIDDEN_FOR);
  } else if (!stream && !document.querySelector("[data-live-over]")) {
    open();
  }
});

for (const element of document.querySelectorAll("[data-title]")) showState(element);
