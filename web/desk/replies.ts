/** Ready-made replies: sentences that exist in both languages, sent as they are. */

import type { Api } from "./api.js";
import { fill, h } from "./dom.js";
import type { Language } from "./state.js";
import { words } from "./words.js";

export interface Reply {
  readonly key: string;
  readonly mine: string;
  readonly theirs: string;
  /** Whether a native reader has checked this very sentence. */
  readonly checked: boolean;
}

/** Fetches each pair of languages once; `changed` is told when one has come. */
export class ReplyBook {
  private readonly kept = new Map<string, readonly Reply[]>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly changed: () => void,
  ) {}

  /** The replies, or undefined while they are on their way. */
  find(mine: string, theirs: string): readonly Reply[] | undefined {
    if (mine === "" || theirs === "") return [];
    const key = `${mine}>${theirs}`;
    if (!this.kept.has(key)) void this.fetch(key, mine, theirs);
    return this.kept.get(key);
  }

  private async fetch(key: string, mine: string, theirs: string): Promise<void> {
    if (this.asked.has(key)) return;
    this.asked.add(key);
    try {
      this.kept.set(key, (await this.api.replies(mine, theirs)).replies);
      this.changed();
    } catch {
      this.asked.delete(key); // the next look asks again
    }
  }
}

/** A list to choose from, folded away until the button is pressed. */
export class ReplyPicker {
  readonly button = h(
    "button",
    {
      type: "button",
      "aria-expanded": "false",
      "aria-controls": "replies",
      onclick: () => this.unfold(this.element.hidden !== false),
    },
    words.replies.heading,
  );
  readonly element = h("div", { id: "replies", class: "replies", hidden: true });
  private shown: readonly Reply[] | undefined;
  private drawn = false;

  constructor(private readonly choose: (reply: Reply) => void) {}

  /** Draws the replies, if they are others than before. */
  show(
    replies: readonly Reply[] | undefined,
    mine: Language | undefined,
    theirs: Language | undefined,
  ): void {
    if (this.drawn && replies === this.shown) return;
    this.drawn = true;
    this.shown = replies;
    const list =
      replies === undefined
        ? h("p", { class: "hint" }, words.replies.loading)
        : replies.length === 0
          ? h("p", { class: "hint" }, words.replies.none)
          : this.list(replies, mine, theirs);
    fill(this.element, list);
  }

  private unfold(open: boolean): void {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }

  private list(
    replies: readonly Reply[],
    mine: Language | undefined,
    theirs: Language | undefined,
  ): HTMLElement {
    const same = mine?.tag === theirs?.tag;
    return h(
      "ul",
      {},
      ...replies.map((reply) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", onclick: () => this.pick(reply) },
            h("span", { lang: mine?.tag, dir: mine?.dir }, reply.mine),
            !same && h("span", { lang: theirs?.tag, dir: theirs?.dir }, reply.theirs),
            h("small", {}, statusOf(reply)),
          ),
        ),
      ),
    );
  }

  private pick(reply: Reply): void {
    this.unfold(false);
    this.choose(reply);
  }
}

export function statusOf(reply: Reply): string {
  return reply.checked ? words.replies.checked : words.replies.draft;
}
