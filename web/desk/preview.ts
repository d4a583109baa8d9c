/** What the person will receive, and its translation back, before anything is sent. */

import type { Bridge, Outcome } from "./bridge.js";
import { fill, h } from "./dom.js";
import { failure, passage, shown } from "./machine.js";
import { statusOf, type Reply } from "./replies.js";
import type { MachineText } from "./spoken.js";
import type { Language } from "./state.js";
import { englishName, words } from "./words.js";

const PAUSE_MS = 700; // nobody wants a translation of half a word

/** Between whom: the colleague's language and the person's. */
export interface Sides {
  readonly bridge: Bridge;
  readonly mine: Language | undefined;
  readonly theirs: Language | undefined;
}

/** "none": no way leads there, so only the own words can go. */
export type PreviewState = "none" | "waiting" | "ready" | "failed";

export class Preview {
  readonly element = h("section", {
    class: "preview",
    "aria-label": words.preview.heading,
    "aria-live": "polite",
    hidden: true,
  });
  private text = "";
  private timer = 0;
  private round = 0;
  private outcome: Outcome | null = null;

  constructor(
    private readonly sides: () => Sides,
    private readonly changed: () => void,
  ) {}

  /** Shows what becomes of these words, after a short pause in the typing. */
  follow(text: string): void {
    if (text === this.text) return;
    this.start(text);
    if (text !== "" && this.leads) {
      this.timer = window.setTimeout(() => void this.look(), PAUSE_MS);
    }
  }

  /** Without the pause: the words are about to be sent. */
  hurry(): void {
    window.clearTimeout(this.timer);
    if (this.outcome === null && this.round === 0) void this.look();
  }

  /** The languages or the ways between them are others now. */
  again(): void {
    const { text } = this;
    this.text = "";
    this.start("");
    this.follow(text);
  }

  clear(): void {
    this.start("");
  }

  get state(): PreviewState {
    if (!this.leads) return "none";
    if (this.outcome === null) return "waiting";
    return "failed" in this.outcome ? "failed" : "ready";
  }

  /** What goes along with the own words. */
  get machine(): MachineText | null {
    const { outcome } = this;
    return outcome === null || "failed" in outcome ? null : outcome;
  }

  /** Shows a ready-made reply in place of typed words. */
  showReply(reply: Reply): void {
    this.start("");
    const { mine, theirs } = this.sides();
    const back = mine?.tag === theirs?.tag ? null : passage(reply.mine, mine);
    this.draw(
      passage(reply.theirs, theirs),
      h("p", { class: "label" }, words.replies.label(statusOf(reply))),
      back,
    );
  }

  private get leads(): boolean {
    const { bridge, mine, theirs } = this.sides();
    return bridge.leads(mine?.tag ?? "", theirs?.tag ?? "");
  }

  private start(text: string): void {
    window.clearTimeout(this.timer);
    this.text = text;
    this.round = 0;
    this.outcome = null;
    if (text === "" || this.isSame) this.hide();
    else this.draw(note(this.leads ? words.preview.waiting : words.preview.ownOnly));
    this.changed();
  }

  private async look(): Promise<void> {
    const round = (this.round = nextRound());
    const { bridge, mine, theirs } = this.sides();
    if (mine === undefined || theirs === undefined) return;
    const outcome = await bridge.translate(this.text, mine.tag, theirs.tag);
    if (round !== this.round) return; // other words meanwhile
    this.outcome = outcome;
    this.changed();
    if ("failed" in outcome) {
      const again = failure(outcome.failed, () => this.again());
      this.draw(again, note(words.preview.ownOnly));
      return;
    }
    const back = h("div", { class: "back" }, note(words.preview.backComing));
    this.draw(note(words.preview.ownFirst), shown(outcome, theirs), back);
    await this.lookBack(round, outcome, back);
  }

  /** The same words back again, for whoever cannot read the other language. */
  private async lookBack(
    round: number,
    outcome: MachineText,
    place: HTMLElement,
  ): Promise<void> {
    const { bridge, mine, theirs } = this.sides();
    if (mine === undefined || theirs === undefined) return;
    if (!bridge.leads(theirs.tag, mine.tag)) {
      fill(place, note(words.preview.noBack));
      return;
    }
    const back = await bridge.translate(outcome.text, theirs.tag, mine.tag);
    if (round !== this.round) return;
    if ("failed" in back) {
      fill(place, note(words.preview.backFailed(back.failed)));
    } else {
      fill(place, shown(back, mine, words.preview.back(englishName(mine.tag))));
    }
  }

  /** One language on both sides: what is typed is what arrives. */
  private get isSame(): boolean {
    const { mine, theirs } = this.sides();
    return mine !== undefined && mine.tag === theirs?.tag;
  }

  private draw(...parts: (HTMLElement | null)[]): void {
    this.element.hidden = false;
    fill(this.element, h("h3", {}, words.preview.heading), ...parts);
  }

  private hide(): void {
    this.element.hidden = true;
    fill(this.element);
  }
}

let rounds = 0;

function nextRound(): number {
  rounds += 1;
  return rounds;
}

function note(sentence: string): HTMLElement {
  return h("p", { class: "hint" }, sentence);
}
