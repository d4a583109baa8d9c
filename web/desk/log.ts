/** The messages of one case, oldest first; new ones are read out as they come. */

import { h } from "./dom.js";
import type { Line } from "./state.js";
import { moment, words } from "./words.js";

const NEAR_END_PX = 80;

/** A growing log that never moves under the reader's eyes. */
export class MessageLog {
  readonly element: HTMLElement;
  private readonly list = h("ol");
  private readonly window = h(
    "div",
    {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": words.talk.log,
      tabindex: "0",
    },
    this.list,
  );
  private readonly more = h(
    "button",
    { type: "button", class: "more", hidden: true, onclick: () => this.toEnd() },
    words.talk.newWords,
  );
  private shownUpTo = 0;

  constructor(private readonly language: string) {
    this.element = h("div", { class: "log-box" }, this.window, this.more);
    this.window.addEventListener("scroll", () => {
      if (this.atEnd()) this.more.hidden = true;
    });
  }

  /** Adds the lines that are not shown yet. */
  show(lines: readonly Line[]): void {
    const fresh = lines.filter((line) => line.id > this.shownUpTo);
    const last = fresh.at(-1);
    if (last === undefined) return;
    const first = this.shownUpTo === 0;
    const follow = first || this.atEnd() || last.author === "caseworker";
    this.shownUpTo = last.id;
    this.list.append(...fresh.map((line) => this.entry(line)));
    if (follow) this.toEnd();
    else this.more.hidden = false;
  }

  private entry(line: Line): HTMLElement {
    const text =
      line.text === null
        ? h("p", { class: "unreadable" }, words.talk.unreadable)
        : this.bubble(line, line.text);
    const time = h("time", { datetime: line.at }, moment(new Date(line.at), new Date()));
    const who = h("p", { class: "who" }, words.talk[line.author], " · ", time);
    return h("li", { class: line.author }, who, text);
  }

  /** Each paragraph finds its own direction: a text may hold two languages. */
  private bubble(line: Line, text: string): HTMLElement {
    const lang = line.author === "person" ? this.language || undefined : undefined;
    const paragraphs = text.split(/\n{2,}/).map((part) => h("p", { dir: "auto" }, part));
    return h("div", { class: "bubble", lang }, ...paragraphs);
  }

  private atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.window;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  private toEnd(): void {
    this.window.scrollTop = this.window.scrollHeight;
    this.more.hidden = true;
  }
}
