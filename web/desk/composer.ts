/** The box to write in: keeps the words until they were really sent. */

import { ApiError } from "./api.js";
import { h } from "./dom.js";
import { troubleSentence, words } from "./words.js";

const LONGEST = 4000; // characters; a longer text would not fit one Telegram message

/** One case's composer; `send` must fail loudly for the text to stay. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly area = h("textarea", {
    id: "composer",
    rows: 3,
    dir: "auto",
    maxlength: LONGEST,
    "aria-describedby": "composer-hint",
  });
  private readonly trouble = h("p", { class: "trouble", role: "alert" });
  private readonly progress = h("span", { class: "progress", role: "status" });
  private readonly button = h(
    "button",
    { type: "submit", class: "main" },
    words.talk.send,
  );

  constructor(
    draft: string,
    private readonly send: (text: string) => Promise<void>,
    keep: (text: string) => void,
  ) {
    this.area.value = draft;
    this.area.addEventListener("input", () => keep(this.area.value));
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.submit();
      }
    });
    this.element = h(
      "form",
      { class: "composer", novalidate: true },
      h("label", { for: "composer" }, words.talk.write),
      this.area,
      this.trouble,
      h(
        "div",
        { class: "foot" },
        this.button,
        this.progress,
        h("span", { id: "composer-hint", class: "hint" }, words.talk.writeHint),
      ),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  focus(): void {
    this.area.focus();
  }

  private async submit(): Promise<void> {
    const text = this.area.value.trim();
    if (text === "" || this.button.disabled) return;
    this.button.disabled = true;
    this.area.readOnly = true; // what is typed meanwhile would be lost
    this.trouble.textContent = "";
    this.progress.textContent = words.talk.sending;
    try {
      await this.send(text);
      this.area.value = "";
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError("trouble");
      this.trouble.textContent = troubleSentence(known.code, known.by);
    } finally {
      this.button.disabled = false;
      this.area.readOnly = false;
      this.progress.textContent = "";
      this.area.focus();
    }
  }
}
