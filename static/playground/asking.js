// The playground's form as a request beside its own: for the draft, the input's form, the code.

import { freshenToken } from "../token.js";

const MOST_TO_OUTLIVE = 60_000; // characters; browsers let 64 KiB go on when the page is left

/** Sends these fields, by default the whole form. What `outlives` the page is sent to its end, if it is short enough. */
export function send(form, url, { outlives = false, fields = new FormData(form) } = {}) {
  freshenToken();
  const headers = {
    ...JSON.parse(document.body.getAttribute("hx-headers")),
    "content-type": "application/x-www-form-urlencoded",
  };
  const sent = new URLSearchParams(fields);
  sent.delete("csrfmiddlewaretoken"); // the header has it
  const body = sent.toString();
  return fetch(url, { method: "POST", headers, body, keepalive: outlives && body.length < MOST_TO_OUTLIVE });
}
