// The chat page: sends the talk so far with each question, shows the answer as it comes, and lets it be stopped. The talk
// lives in this tab alone, until a new one is begun.

import { el } from "./schema-dom.js";

const CHECK_AFTER = 250;
const TALK = "chat-talk";

const form = document.getElementById("ask");
const talk = document.getElementById("talk");
const empty = document.getElementById("chat-empty");
const question = document.getElementById("question");
const schema = document.getElementById("schema");
const model = document.getElementById("model");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const newChat = document.getElementById("new-chat");
const news = document.getElementById("chat-news");
const errors = document.getElementById("ask-errors");

let said = []; // what the server is told of the talk: {role, content}
let asking = null; // the question under way: how to stop it
let turns = ""; // what the talk looked like when nothing was under way

const headers = () => ({
  ...JSON.parse(document.body.getAttribute("hx-headers")),
  "content-type": "application/x-www-form-urlencoded",
});

const post = (url, body, signal) => fetch(url, { method: "POST", headers: headers(), body: new URLSearchParams(body), signal });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value);
});

question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(question.value);
});

talk.addEventListener("click", (event) => {
  if (!event.target.matches("[data-example]")) return;
  ask(event.target.textContent);
  question.focus();
});

newChat.addEventListener("click", () => {
  stopAsking();
  said = [];
  asking = null;
  talk.replaceChildren(empty);
  newChat.disabled = true;
  complain([]);
  settle();
  question.value = "";
  question.focus();
  keep();
});

question.addEventListener("input", () => keep());

stop.addEventListener("click", stopAsking);

function stopAsking() {
  if (!asking) return;
  stop.disabled = true;
  if (asking.run) post(`${location.pathname}${asking.run}/stop/`, {}).catch(() => asking?.abort.abort());
  else asking.abort.abort();
}

async function ask(words) {
  if (asking) return;
  if (!words.trim()) {
    complain(["Write a question first."]);
    question.focus();
    return;
  }
  complain([]);
  const mine = { abort: new AbortController(), run: "", turn: addTurn(words) };
  asking = mine;
  question.value = "";
  settle();
  const messages = [...said, { role: "user", content: words }];
  try {
    await answer(mine, messages);
  } catch (error) {
    if (asking === mine) give(mine, mine.abort.signal.aborted ? "Stopped." : `The answer broke off (${error.message}). Ask again.`);
  }
  if (asking !== mine) return; // a new chat was begun meanwhile
  asking = null;
  settle();
  keep();
}

/** What a reload, or coming back, shows again; a question under way is not in it, but its run goes on. */
function keep() {
  if (!asking) turns = talk.contains(empty) ? "" : talk.innerHTML;
  try {
    const { member } = form.dataset;
    sessionStorage.setItem(TALK, JSON.stringify({ member, said, turns, question: question.value }));
  } catch {
    sessionStorage.removeItem(TALK); // full
  }
}

function bringBack() {
  const kept = JSON.parse(sessionStorage.getItem(TALK));
  if (kept?.member !== form.dataset.member) return sessionStorage.removeItem(TALK);
  ({ said, turns } = kept);
  question.value = kept.question;
  if (!turns) return;
  talk.innerHTML = turns; // the server's own, as it was shown
  newChat.disabled = false;
  talk.lastElementChild.scrollIntoView({ block: "nearest" });
}

async function answer(mine, messages) {
  const body = { ...Object.fromEntries(new FormData(form)), messages: JSON.stringify(messages) };
  const response = await post(form.dataset.answerUrl, body, mine.abort.signal);
  if (response.status === 422) {
    takeBack(mine, messages.at(-1).content, (await response.json()).errors);
    return;
  }
  if (!response.ok || response.redirected) {
    throw new Error(response.status === 403 ? "your session has ended or your role has changed" : `status ${response.status}`);
  }
  let ended = false;
  for await (const event of lines(response.body)) {
    ended = take(mine, event, messages) || ended;
  }
  if (!ended) throw new Error("the connection was lost");
}

/** The objects of a stream of JSON lines; empty lines only say that it is alive. */
async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n");
    rest = whole.pop();
    for (const line of whole) if (line) yield JSON.parse(line);
  }
}

/** Shows one event of the answer; true for the last. */
function take(mine, event, messages) {
  const holder = mine.turn.querySelector(".turn-answer");
  if (event.event === "run") {
    mine.run = event.id;
    holder.querySelector(".turn-waiting").replaceChildren("Researching… ", el("a", { href: event.url }, "See the run"));
  } else if (event.event === "text") {
    holder.querySelector(".turn-waiting").replaceChildren();
    holder.querySelector(".turn-text").append(event.text);
  } else if (event.event === "done") {
    holder.innerHTML = event.html;
    if (asking === mine) said = [...messages, { role: "assistant", content: event.text }];
    news.textContent = `Answered: ${event.text.slice(0, 300)}`;
  } else if (event.event === "over") {
    give(mine, event.message, ...(event.url ? [el("a", { href: event.url }, "See the run")] : []));
  }
  keepInSight(mine.turn);
  return ["done", "over"].includes(event.event);
}

function give(mine, words, ...more) {
  mine.turn.querySelector(".turn-answer").replaceChildren(el("p", { className: "notice" }, words, " ", ...more));
  news.textContent = words;
}

/** A refused question goes back to where it was typed. */
function takeBack(mine, words, sentences) {
  mine.turn.remove();
  if (!talk.querySelector(".turn")) {
    talk.append(empty);
    newChat.disabled = true;
  }
  question.value = words;
  complain(sentences);
  question.focus();
}

function addTurn(words) {
  const turn = document.getElementById("turn").content.cloneNode(true).firstElementChild;
  turn.querySelector(".turn-question").textContent = words;
  turn.querySelector(".turn-waiting").textContent = "Asking…";
  empty.remove();
  talk.append(turn);
  newChat.disabled = false;
  turn.scrollIntoView({ block: "nearest" });
  return turn;
}

/** The newest turn stays above the form, unless the reader has gone up to an earlier one. */
function keepInSight(turn) {
  const below = turn.getBoundingClientRect().bottom - form.getBoundingClientRect().top;
  if (below > 0 && below < innerHeight / 2) scrollBy(0, below);
}

function complain(sentences) {
  errors.replaceChildren(...sentences.map((sentence) => el("li", {}, sentence)));
}

function settle() {
  send.hidden = Boolean(asking);
  stop.hidden = !asking;
  stop.disabled = false;
}

function advise() {
  document.getElementById("model-advice").textContent = model.selectedOptions[0].dataset.for;
}
model.addEventListener("change", advise);

// The schema: shown when JSON is asked for, checked while it is typed.

let timer = 0;

function showSchema() {
  complain([]);
  const asked = form.elements.format.value === "json";
  document.getElementById("schema-part").hidden = !asked;
  if (asked) check();
}

async function check() {
  const text = schema.value;
  const response = await post(form.dataset.checkUrl, { text, kind: "output", processor: model.value }).catch(() => null);
  if (!response?.ok || text !== schema.value) return;
  const { problems } = await response.json();
  const told = problems.map(({ severity, line, column, message }) =>
    el("li", { className: `is-${severity}` }, `Line ${line}, column ${column}: ${message}`),
  );
  const list = told.length ? el("ul", {}, ...told) : "No problems.";
  schema.setAttribute("aria-invalid", String(problems.some(({ severity }) => severity === "error")));
  document.getElementById("schema-problems").replaceChildren(list);
}

schema.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_AFTER);
});
for (const choice of form.elements.format) choice.addEventListener("change", showSchema);

bringBack();
advise();
showSchema();
