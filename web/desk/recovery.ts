/** The recovery key, once, to be printed or copied by hand. */

import { fill, focusOn, h } from "./dom.js";
import { field, WorkForm } from "./form.js";
import { fullDay, words } from "./words.js";

const PROOF_LENGTH = 4;

/** Shows the key; goes on only after its last characters were typed from paper. */
export function showRecoveryKey(
  root: HTMLElement,
  centre: string,
  identity: string,
  goOn: (form: WorkForm) => Promise<void>,
): void {
  const heading = h("h1", { tabindex: "-1" }, words.recovery.heading(centre));
  const proof = field("proof", words.recovery.proof, { maxlength: PROOF_LENGTH + 4 });
  const form: WorkForm = new WorkForm(
    words.setUp.finish,
    async () => {
      const typed = proof.input.value.trim().toUpperCase();
      if (typed === identity.slice(-PROOF_LENGTH)) await goOn(form);
      else form.refuse(words.recovery.wrongProof, proof.input);
    },
    proof.row,
  );
  const print = h(
    "button",
    { type: "button", onclick: () => window.print() },
    words.recovery.print,
  );
  fill(
    root,
    h(
      "main",
      { class: "card" },
      h(
        "section",
        { class: "printable" },
        heading,
        h("p", {}, words.recovery.what),
        h("p", { class: "key recovery-key", translate: "no" }, ...grouped(identity)),
        h("p", {}, words.recovery.how),
        h("p", { class: "hint" }, words.recovery.made(fullDay(new Date()))),
      ),
      print,
      form.element,
    ),
  );
  focusOn(heading);
}

/** The key in pieces that an eye can follow; copied text stays one piece. */
function grouped(identity: string): HTMLElement[] {
  // Two more with the prefix, so that the last piece is the four that are asked for.
  const pieces = identity.match(/^AGE-SECRET-KEY-1..|.{1,4}/g) ?? [identity];
  return pieces.map((piece) => h("span", {}, piece));
}
