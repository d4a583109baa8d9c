/** The middle pane: a sealed case, or its conversation and the box to write in. */

import { ApiError } from "./api.js";
import { Composer } from "./composer.js";
import { fill, focusOn, h } from "./dom.js";
import { MessageLog, type Tongues } from "./log.js";
import { openNotes, spanNotes } from "./span.js";
import type { Spoken } from "./spoken.js";
import {
  findLanguage,
  selectedCase,
  writingBarrier,
  type CaseRow,
  type Visit,
} from "./state.js";
import { spaced, troubleSentence, words } from "./words.js";

const LONG_CLAIM_MS = 1500;

export interface TalkEars {
  open(id: string): Promise<void>;
  take(id: string): Promise<void>;
  send(id: string, spoken: Spoken): Promise<void>;
  toList(): void;
  toFacts(): void;
}

/** Shows the selected case; redraws only what changed, so typing is never cut off. */
export class TalkPane {
  private caseId: string | null = null;
  private bodyKind = "";
  private footKind = "";
  private log: MessageLog | null = null;
  private composer: Composer | null = null;
  /** The languages and ways that the log and the composer were drawn for. */
  private tonguesKind = "";
  private readonly bridgeNote = h("p", { class: "bridge-note" });
  private readonly heading = h("h2", { tabindex: "-1" }, words.talk.heading);
  private readonly body = h("div", { class: "talk-body" });
  private readonly foot = h("div", { class: "talk-foot" });
  private readonly delivery = h("p", { class: "delivery", role: "status" });

  constructor(
    pane: HTMLElement,
    private readonly ears: TalkEars,
  ) {
    const list = { type: "button", class: "to-list", onclick: () => ears.toList() };
    const facts = { type: "button", class: "to-facts", onclick: () => ears.toFacts() };
    fill(
      pane,
      h(
        "header",
        {},
        h("button", list, `‹ ${words.list.heading}`),
        this.heading,
        h("button", facts, words.facts.show),
      ),
      this.bridgeNote,
      this.body,
      this.delivery,
      this.foot,
    );
  }

  focus(): void {
    focusOn(this.heading);
  }

  render(visit: Visit): void {
    const row = selectedCase(visit);
    if (row?.id !== this.caseId) this.forget(row);
    this.drawBridgeNote(visit, row);
    const kind = `${visit.bridge.version} ${visit.writesIn}`;
    const changed = kind !== this.tonguesKind;
    this.tonguesKind = kind;
    if (changed && row !== undefined) {
      this.log?.retranslate(tonguesOf(visit, row));
      this.composer?.restart();
    }
    this.drawBody(visit, row);
    this.drawDelivery(row);
    this.drawFoot(visit, row);
    this.composer?.refresh();
  }

  private forget(row: CaseRow | undefined): void {
    this.caseId = row?.id ?? null;
    this.bodyKind = "";
    this.footKind = "";
    this.log = null;
    this.composer = null;
    this.heading.textContent =
      row === undefined ? words.talk.heading : words.list.caseNumber(row.number);
  }

  /** Above an open case; a sealed one says it where it can be taken. */
  private drawBridgeNote(visit: Visit, row: CaseRow | undefined): void {
    const open = row !== undefined && visit.opened.has(row.id);
    const text = open ? openNotes(visit, row).join(" ") : "";
    if (this.bridgeNote.textContent !== text) this.bridgeNote.textContent = text;
    this.bridgeNote.hidden = text === "";
  }

  private drawBody(visit: Visit, row: CaseRow | undefined): void {
    const opened = row === undefined ? undefined : visit.opened.get(row.id);
    const state = row === undefined ? "none" : opened ? "open" : "sealed";
    const notes = row === undefined || opened ? [] : spanNotes(visit, row);
    const gate = [row?.status, row?.claimed_by, ...notes].join(":");
    const kind = state === "sealed" ? `sealed:${gate}` : state;
    if (kind !== this.bodyKind) {
      this.bodyKind = kind;
      if (row === undefined) {
        fill(this.body, h("p", { class: "empty" }, words.talk.nothing));
      } else if (opened === undefined) {
        fill(this.body, new Gate(row, this.ears, false, notes).element);
      } else {
        this.log = new MessageLog(tonguesOf(visit, row));
        fill(this.body, this.log.element);
      }
    }
    if (opened !== undefined) this.log?.show(opened.lines);
  }

  private drawDelivery(row: CaseRow | undefined): void {
    const notes: string[] = [];
    if (row?.mine && row.undelivered > 0) {
      notes.push(words.talk.undelivered(row.undelivered));
    }
    if (row?.mine && row.undeliverable > 0) {
      notes.push(words.talk.undeliverable(row.undeliverable));
    }
    const text = notes.join(" · ");
    // Writing the same text again would make a screen reader say it again.
    if (this.delivery.textContent !== text) this.delivery.textContent = text;
    this.delivery.hidden = text === "";
  }

  private drawFoot(visit: Visit, row: CaseRow | undefined): void {
    const opened = row !== undefined && visit.opened.has(row.id);
    const kind = row === undefined || !opened ? "none" : footOf(row);
    if (kind === this.footKind) return;
    this.footKind = kind;
    this.composer = null;
    if (row === undefined || kind === "none") {
      fill(this.foot);
    } else if (kind === "write") {
      this.composer = new Composer(visit.drafts.get(row.id) ?? "", {
        sides: () => tonguesOf(visit, row),
        replies: () => visit.replies.find(visit.writesIn, row.language),
        keep: (text) => visit.drafts.set(row.id, text),
        send: (spoken) => this.ears.send(row.id, spoken),
      });
      fill(this.foot, this.composer.element);
      this.composer.focus();
    } else if (kind === "take") {
      fill(this.foot, new Gate(row, this.ears, true).element);
    } else {
      fill(this.foot, h("p", { class: "barrier" }, kind));
    }
  }
}

function tonguesOf(visit: Visit, row: CaseRow): Tongues {
  const find = (tag: string): ReturnType<typeof findLanguage> => findLanguage(visit, tag);
  return {
    bridge: visit.bridge,
    theirs: find(row.language),
    mine: find(visit.writesIn),
    find,
  };
}

/** "write", "take", or the sentence that says why one cannot write. */
function footOf(row: CaseRow): string {
  if (row.status === "closed") return words.talk.closed;
  const barrier = writingBarrier(row);
  if (barrier === "left" || barrier === "moved") return words.talk.barrier[barrier];
  if (row.status !== "claimed") return "take";
  if (!row.mine) return words.talk.withColleague(row.claimed_by ?? "");
  return barrier === null ? "write" : words.talk.barrier[barrier];
}

/** What stands before a sealed case, or below an open one nobody has taken. */
class Gate {
  readonly element: HTMLElement;
  private readonly progress = h("p", { class: "progress", role: "status" });
  private readonly trouble = h("p", { class: "trouble", role: "alert" });
  private readonly buttons: HTMLButtonElement[] = [];

  constructor(
    row: CaseRow,
    private readonly ears: TalkEars,
    isOpen = false,
    notes: readonly string[] = [],
  ) {
    const free = row.status === "waiting" || row.status === "handed_back";
    const open = free ? words.talk.openOnly : words.talk.open;
    if (free) this.add(words.talk.take, "main", () => this.take(row.id));
    if (!isOpen) {
      const weight = free ? "" : "main";
      this.add(open, weight, () => this.run(words.talk.opening, ears.open(row.id)));
    }
    this.element = h(
      "div",
      { class: isOpen ? "gate slim" : "gate" },
      !isOpen && h("p", { class: "sealed" }, words.talk.sealed),
      !isOpen && h("p", {}, words.talk.sealedWhy),
      free && h("p", {}, isOpen ? words.talk.takeToWrite : words.talk.takeWhy),
      notes.length > 0 &&
        h("ul", { class: "notes" }, ...notes.map((note) => h("li", {}, note))),
      h("div", { class: "foot", "aria-label": spaced(row.number) }, ...this.buttons),
      this.progress,
      this.trouble,
    );
  }

  private add(label: string, weight: string, press: () => Promise<void>): void {
    const options = { type: "button", class: weight, onclick: () => void press() };
    this.buttons.push(h("button", options, label));
  }

  private async take(id: string): Promise<void> {
    const slow = window.setTimeout(() => {
      this.progress.textContent = words.talk.takingLong;
    }, LONG_CLAIM_MS);
    await this.run(words.talk.taking, this.ears.take(id));
    window.clearTimeout(slow);
  }

  private async run(doing: string, work: Promise<void>): Promise<void> {
    this.progress.textContent = doing;
    this.trouble.textContent = "";
    for (const button of this.buttons) button.disabled = true;
    try {
      await work;
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError("trouble");
      this.trouble.textContent = troubleSentence(known.code, known.by);
    } finally {
      this.progress.textContent = "";
      for (const button of this.buttons) button.disabled = false;
    }
  }
}
