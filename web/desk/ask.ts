/** The question before an act that others will notice, in a dialog of its own. */

import { ApiError, type CaseAction } from "./api.js";
import { h } from "./dom.js";
import { field, WorkForm, type Field } from "./form.js";
import type { CaseRow } from "./state.js";
import { troubleSentence, words } from "./words.js";

/** Asks, then acts; the dialog stays open, with a sentence, when acting fails. */
export function askFirst(
  action: Exclude<CaseAction, "claim">,
  row: CaseRow,
  act: (typedNumber: string) => Promise<void>,
): void {
  const told = words.ask[action];
  const typed =
    action === "erase"
      ? field("case-number", words.ask.erase.type(row.number), { maxlength: 12 })
      : null;
  const cancel = h(
    "button",
    { type: "button", onclick: () => dialog.close() },
    words.cancel,
  );
  const form: WorkForm = new WorkForm(
    told.button,
    () => run(form, dialog, typed, row, act),
    typed?.row,
  );
  form.element.querySelector(".foot")?.append(cancel);
  if (action === "erase") form.element.classList.add("dangerous");
  const dialog = h(
    "dialog",
    { "aria-labelledby": "ask-heading", "aria-describedby": "ask-text" },
    h("h2", { id: "ask-heading" }, told.heading),
    h("p", { id: "ask-text" }, told.text),
    form.element,
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    // The pane may have been drawn anew behind the dialog.
    const again = document.querySelector<HTMLElement>(`[data-action="${action}"]`);
    again?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (typed?.input ?? cancel).focus();
}

async function run(
  form: WorkForm,
  dialog: HTMLDialogElement,
  typed: Field | null,
  row: CaseRow,
  act: (typedNumber: string) => Promise<void>,
): Promise<void> {
  const number = typed?.input.value.replace(/\s/g, "") ?? "";
  if (typed !== null && number !== row.number) {
    form.refuse(troubleSentence("wrong_number"), typed.input);
    return;
  }
  form.say(words.working);
  try {
    await act(number);
    dialog.close();
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError("trouble");
    form.refuse(troubleSentence(known.code, known.by));
  }
}
