// The token that shows the server that a request comes from its own page. Signing in makes a new one, perhaps in another
// tab; the cookie has it, and from there it goes to where requests take it from: the body's headers and the forms.

/** Brings the page's token up to date. */
export function freshenToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
}

for (const type of ["htmx:confirm", "submit", "visibilitychange"]) document.addEventListener(type, freshenToken, true);
addEventListener("focus", freshenToken);
