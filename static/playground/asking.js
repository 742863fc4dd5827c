// The playground's form as a request beside its own: for the draft, the input's form, the code.

const MOST_TO_OUTLIVE = 60_000; // characters; browsers let 64 KiB go on when the page is left

/** Sends the whole form to `url`. What `outlives` the page is sent to its end, if it is short enough for that. */
export function send(form, url, { outlives = false } = {}) {
  const headers = {
    ...JSON.parse(document.body.getAttribute("hx-headers")),
    "content-type": "application/x-www-form-urlencoded",
  };
  const body = new URLSearchParams(new FormData(form)).toString();
  return fetch(url, { method: "POST", headers, body, keepalive: outlives && body.length < MOST_TO_OUTLIVE });
}
