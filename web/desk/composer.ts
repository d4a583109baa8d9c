/** The box to write in: keeps the words until they were really sent. */

import { ApiError } from "./api.js";
import { fill, h } from "./dom.js";
import { Preview, type PreviewState, type Sides } from "./preview.js";
import { ReplyPicker, type Reply } from "./replies.js";
import type { Spoken } from "./spoken.js";
import { troubleSentence, words } from "./words.js";

const LONGEST = 4000; // characters; a longer text would not fit one Telegram message

export interface ComposerEars {
  sides(): Sides;
  replies(): readonly Reply[] | undefined;
  /** Must fail loudly for the words to stay. */
  send(spoken: Spoken): Promise<void>;
  keep(text: string): void;
}

/** One case's composer: own words, what a machine makes of them, or a ready reply. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly area = h("textarea", {
    id: "composer",
    rows: 2,
    dir: "auto",
    maxlength: LONGEST,
    "aria-describedby": "composer-hint",
  });
  private readonly trouble = h("p", { class: "trouble", role: "alert" });
  private readonly progress = h("span", { class: "progress", role: "status" });
  private readonly button = h("button", { type: "submit", class: "main" });
  private readonly back = h(
    "button",
    { type: "button", hidden: true, onclick: () => this.dropReply() },
    words.replies.drop,
  );
  private readonly label = h("label", { for: "composer" }, words.talk.write);
  private readonly hint = h(
    "span",
    { id: "composer-hint", class: "hint" },
    words.talk.writeHint,
  );
  private readonly preview: Preview;
  private readonly picker: ReplyPicker;
  private reply: Reply | null = null;
  /** The words that were pressed "send" for before their translation was there. */
  private insisted = "";

  constructor(
    draft: string,
    private readonly ears: ComposerEars,
  ) {
    this.preview = new Preview(ears.sides, () => this.draw());
    this.picker = new ReplyPicker((reply) => this.chooseReply(reply));
    this.area.value = draft;
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.submit();
      }
    });
    this.element = h(
      "form",
      { class: "composer", novalidate: true },
      this.label,
      this.area,
      this.preview.element,
      this.trouble,
      h(
        "div",
        { class: "foot" },
        this.button,
        this.back,
        this.picker.button,
        this.progress,
        this.hint,
      ),
      this.picker.element,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.refresh();
    this.preview.follow(draft.trim());
  }

  focus(): void {
    this.area.focus();
  }

  /** The replies have come, or the language was changed. */
  refresh(): void {
    const { mine, theirs } = this.ears.sides();
    if (mine !== undefined) this.area.lang = mine.tag;
    this.picker.show(this.ears.replies(), mine, theirs);
    this.draw();
  }

  /** Other languages or other ways between them: a reply is chosen anew. */
  restart(): void {
    if (this.reply !== null) this.dropReply();
    this.refresh();
    this.preview.again();
  }

  private typed(): void {
    this.ears.keep(this.area.value);
    this.insisted = "";
    this.preview.follow(this.area.value.trim());
  }

  private chooseReply(reply: Reply): void {
    this.reply = reply;
    this.trouble.textContent = "";
    this.preview.showReply(reply);
    this.draw();
    this.button.focus();
  }

  private dropReply(): void {
    this.reply = null;
    this.preview.clear();
    this.preview.follow(this.area.value.trim());
    this.draw();
    this.area.focus();
  }

  private draw(): void {
    const chosen = this.reply !== null;
    this.area.hidden = chosen;
    this.label.hidden = chosen;
    this.hint.hidden = chosen;
    this.back.hidden = !chosen;
    const label = chosen ? words.replies.send : labelOf(this.preview.state, this.insists);
    if (this.button.textContent !== label) fill(this.button, label);
    const waits = this.insists && this.preview.state === "waiting";
    const said = waits ? words.preview.insist : "";
    if (this.progress.textContent !== said) this.progress.textContent = said;
  }

  private get insists(): boolean {
    return this.insisted !== "" && this.insisted === this.area.value.trim();
  }

  private async submit(): Promise<void> {
    const spoken = this.reply === null ? this.typedWords() : this.readyWords(this.reply);
    if (spoken === null || this.button.disabled) return;
    this.button.disabled = true;
    this.area.readOnly = true; // what is typed meanwhile would be lost
    this.trouble.textContent = "";
    this.progress.textContent = words.talk.sending;
    try {
      await this.ears.send(spoken);
      this.sent();
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError("trouble");
      this.trouble.textContent = troubleSentence(known.code, known.by);
    } finally {
      this.button.disabled = false;
      this.area.readOnly = false;
      this.progress.textContent = "";
      if (!this.area.hidden) this.area.focus();
    }
  }

  private sent(): void {
    if (this.reply !== null) {
      this.dropReply(); // words begun before it are still there
      return;
    }
    this.area.value = "";
    this.ears.keep("");
    this.preview.clear();
  }

  /**
   * The words as previewed. Nobody sends what they have not seen, and nobody has to
   * wait for it: pressed too early, the first press asks for the translation at once,
   * the second one sends the own words alone.
   */
  private typedWords(): Spoken | null {
    const text = this.area.value.trim();
    if (text === "") return null;
    if (this.preview.state === "waiting" && !this.insists) {
      this.insisted = text;
      this.preview.hurry();
      this.draw();
      return null;
    }
    const { machine } = this.preview;
    return { words: text, language: this.mine, machine, reply: null };
  }

  private readyWords(reply: Reply): Spoken {
    return { words: reply.mine, language: this.mine, machine: null, reply: reply.key };
  }

  private get mine(): string {
    return this.ears.sides().mine?.tag ?? "";
  }
}

/** The button says what a press would send. */
function labelOf(state: PreviewState, insists: boolean): string {
  const alone = state === "failed" || (state === "waiting" && insists);
  return alone ? words.preview.sendAlone : words.talk.send;
}
