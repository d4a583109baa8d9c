/** The messages of one case, oldest first; new ones are read out as they come. */

import type { Bridge } from "./bridge.js";
import { fill, h } from "./dom.js";
import { shown, translateInto, typed } from "./machine.js";
import type { Spoken } from "./spoken.js";
import type { Language, Line } from "./state.js";
import { englishName, moment, words } from "./words.js";

const NEAR_END_PX = 80;
const END = 1e9; // further than any text: the browser stops where there is no more

/** In which languages the case is written and read. */
export interface Tongues {
  readonly bridge: Bridge;
  readonly theirs: Language | undefined;
  readonly mine: Language | undefined;
  find(tag: string): Language | undefined;
}

interface Original {
  readonly text: string;
  readonly place: HTMLElement;
}

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
  /** Whether the reader is at the end, also while the window shrinks or text grows. */
  private following = true;
  private readonly originals: Original[] = [];

  constructor(private tongues: Tongues) {
    this.element = h("div", { class: "log-box" }, this.window, this.more);
    this.window.addEventListener("scroll", () => {
      this.following = this.atEnd();
      if (this.following) this.more.hidden = true;
    });
    const keep = new ResizeObserver(() => {
      if (this.following) this.window.scrollTo({ top: END, behavior: "instant" });
    });
    keep.observe(this.window);
    keep.observe(this.list);
  }

  /** Adds the lines that are not shown yet. */
  show(lines: readonly Line[]): void {
    const fresh = lines.filter((line) => line.id > this.shownUpTo);
    const last = fresh.at(-1);
    if (last === undefined) return;
    const first = this.shownUpTo === 0;
    const follow = first || this.following || last.author === "caseworker";
    this.shownUpTo = last.id;
    this.list.append(...fresh.map((line) => this.entry(line)));
    if (follow) this.toEnd();
    else this.more.hidden = false;
  }

  /** Has every original translated anew: languages or ways are others now. */
  retranslate(tongues: Tongues): void {
    this.tongues = tongues;
    for (const original of this.originals) this.translate(original);
  }

  private entry(line: Line): HTMLElement {
    const time = h("time", { datetime: line.at }, moment(new Date(line.at), new Date()));
    const who = h("p", { class: "who" }, words.talk[line.author], " · ", time);
    return h("li", { class: line.author }, who, ...this.contents(line));
  }

  private contents(line: Line): HTMLElement[] {
    const { spoken, author } = line;
    if (spoken === null) {
      return [h("p", { class: "unreadable" }, words.talk.unreadable)];
    }
    if (author === "caseworker") return [this.ownWords(spoken)];
    if (author === "person") {
      return [
        bubble(typed(spoken.words, this.tongues.theirs)),
        this.translated(spoken.words),
      ];
    }
    return this.handover(spoken.words);
  }

  /** What was agreed to: first in the person's language, then in the centre's. */
  private handover(text: string): HTMLElement[] {
    const [first = "", ...rest] = text.split(/\n{2,}/);
    const again = rest.length > 0 && typed(rest.join("\n\n"), undefined);
    return [
      h("div", { class: "bubble" }, typed(first, this.tongues.theirs), again),
      this.translated(first),
    ];
  }

  private ownWords(spoken: Spoken): HTMLElement {
    const { find, theirs } = this.tongues;
    const box = bubble(typed(spoken.words, find(spoken.language)));
    const { machine } = spoken;
    if (machine !== null) box.append(shown(machine, find(machine.to)));
    if (spoken.reply !== null) {
      const label = words.replies.sent(englishName(theirs?.tag ?? ""));
      box.append(h("p", { class: "label" }, label));
    }
    return box;
  }

  private translated(text: string): HTMLElement {
    const original = { text, place: h("div", { class: "translation" }) };
    this.originals.push(original);
    this.translate(original);
    return original.place;
  }

  private translate({ text, place }: Original): void {
    const { bridge, theirs, mine } = this.tongues;
    if (theirs === undefined || mine === undefined || theirs.tag === mine.tag) {
      fill(place);
    } else if (bridge.leads(theirs.tag, mine.tag)) {
      const wanted = { text, from: theirs.tag, to: mine.tag, language: mine };
      void translateInto(place, bridge, wanted);
    } else {
      fill(place);
    }
  }

  private atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.window;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  private toEnd(): void {
    this.following = true;
    this.window.scrollTop = this.window.scrollHeight;
    this.more.hidden = true;
  }
}

function bubble(text: HTMLElement): HTMLElement {
  return h("div", { class: "bubble" }, text);
}
