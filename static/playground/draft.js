// The form as it was left is there again after a reload.

import { later } from "../later.js";
import { send } from "./asking.js";

const SAVE_AFTER = 600;

/** A function to be called at every change of the form. */
export function keepDraft(form) {
  const state = document.getElementById("draft-state");
  const save = later(SAVE_AFTER, async () => {
    try {
      const answer = await send(form, form.dataset.draftUrl, { outlives: true });
      state.textContent = answer.ok
        ? "Draft saved"
        : answer.status === 413
          ? "Too long to be kept as a draft"
          : "Draft not saved";
    } catch {
      state.textContent = "Draft not saved: the server can't be reached";
    }
  });
  addEventListener("pagehide", save.flush);
  return () => {
    forgetOrigin();
    save();
  };
}

/** From the first change on the draft counts: a reload must not fetch the template or the former run again. */
function forgetOrigin() {
  const address = new URL(location.href);
  if (!address.searchParams.has("template") && !address.searchParams.has("from")) return;
  address.searchParams.delete("template");
  address.searchParams.delete("from");
  history.replaceState(null, "", address);
}
