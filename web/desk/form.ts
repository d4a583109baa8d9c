/** Labelled fields and the state of a form that is being worked on. */

import { h, type Child } from "./dom.js";

export interface Field {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement;
}

export interface FieldOptions {
  readonly type?: "text" | "password";
  readonly autocomplete?: string;
  readonly hint?: string;
  readonly maxlength?: number;
}

/** One labelled input; its hint is read out with it. */
export function field(id: string, label: string, options: FieldOptions = {}): Field {
  const hint = options.hint
    ? h("p", { id: `${id}-hint`, class: "hint" }, options.hint)
    : null;
  const input = h("input", {
    id,
    name: id,
    type: options.type ?? "text",
    autocomplete: options.autocomplete ?? "off",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    maxlength: options.maxlength ?? 200,
    "aria-describedby": hint ? `${id}-hint` : undefined,
  });
  const row = h("div", { class: "field" }, h("label", { for: id }, label), hint, input);
  return { row, input };
}

/** A form with one button, a place for progress and a place for trouble. */
export class WorkForm {
  readonly element: HTMLFormElement;
  private readonly progress = h("p", { class: "progress", role: "status" });
  private readonly trouble = h("p", { class: "trouble", role: "alert" });
  private readonly button: HTMLButtonElement;
  private busy = false;

  constructor(label: string, submit: () => Promise<void>, ...rows: Child[]) {
    this.button = h("button", { type: "submit", class: "main" }, label);
    const foot = h("div", { class: "foot" }, this.button, this.progress);
    this.element = h("form", { novalidate: true }, ...rows, this.trouble, foot);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.run(submit);
    });
  }

  say(progress: string): void {
    this.progress.textContent = progress;
  }

  /** Says what is wrong and puts the cursor where it can be mended. */
  refuse(sentence: string, input?: HTMLInputElement): void {
    this.trouble.textContent = sentence;
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  }

  private async run(submit: () => Promise<void>): Promise<void> {
    if (this.busy) return; // a second press must not send a second time
    this.busy = true;
    this.button.disabled = true;
    this.trouble.textContent = "";
    for (const input of this.element.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
    try {
      await submit();
    } finally {
      this.busy = false;
      this.button.disabled = false;
      this.say("");
    }
  }
}
