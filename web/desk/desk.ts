/** The three panes at work: keeps what is shown true, and clears it at the end. */

import { ApiError, type Api } from "./api.js";
import { askFirst } from "./ask.js";
import { Bridge } from "./bridge.js";
import { Casebook } from "./casebook.js";
import { fill, focusOn, h } from "./dom.js";
import { renderFacts, type FactsEars } from "./facts.js";
import { IdleWatch } from "./idle.js";
import { renderList, stepInList, type ListEars } from "./list.js";
import { LinksPane } from "./links.js";
import { Live } from "./live.js";
import { ReplyBook } from "./replies.js";
import {
  countWaiting,
  newVisit,
  selectedCase,
  type Connection,
  type SignedIn,
  type Visit,
} from "./state.js";
import { languageChoice } from "./span.js";
import { TalkPane, type TalkEars } from "./talk.js";
import { troubleSentence, words } from "./words.js";

const REDRAW_MS = 30_000; // "waiting 4 min" grows old by itself

type Pane = "list" | "talk" | "facts";

/** One signed-in visit on the screen; `leave` is told why it ended. */
export class Desk {
  private readonly visit: Visit;
  private readonly book: Casebook;
  private readonly live: Live;
  private readonly idle: IdleWatch;
  private readonly timer: number;
  private readonly talk: TalkPane;
  private readonly panes = {
    list: h("nav", { class: "pane list", "aria-label": words.list.heading }),
    talk: h("main", { class: "pane talk" }),
    facts: h("aside", { class: "pane facts", "aria-label": words.facts.heading }),
  };
  private readonly frame = h("div", { class: "panes", "data-pane": "list" });
  private readonly state = h("span", { class: "connection", role: "status" });
  private readonly news = h("p", { class: "news", role: "status" });
  private readonly links: LinksPane;
  private readonly offline = h("p", { class: "offline", role: "alert" });
  private over = false;

  constructor(
    root: HTMLElement,
    private readonly api: Api,
    session: SignedIn,
    identity: string,
    private readonly leave: (notice: string) => void,
  ) {
    const replies = new ReplyBook(api, () => this.render());
    this.visit = newVisit(session, identity, new Bridge(api), replies);
    this.book = new Casebook(api, this.visit);
    this.links = new LinksPane(api, (error) => this.checkSession(error));
    this.talk = new TalkPane(this.panes.talk, this.talkEars);
    this.frame.append(this.panes.list, this.panes.talk, this.panes.facts);
    fill(root, this.bar(), this.offline, this.news, this.frame);
    this.render();
    this.live = new Live(api, {
      changed: () => void this.refresh(),
      connection: (state) => this.connect(state),
      signedOut: () => this.end(words.ended.expired),
    });
    this.idle = new IdleWatch(session.idle_minutes, {
      here: () => void api.here().catch((error: unknown) => this.checkSession(error)),
      idle: () => this.end(words.ended.idle(session.idle_minutes)),
    });
    this.timer = window.setInterval(() => void this.look(), REDRAW_MS);
    document.addEventListener("keydown", this.shortcut);
    void this.refresh();
    void this.look();
  }

  /** Signs out and takes keys and opened text off the page. */
  end(notice: string): void {
    if (this.over) return;
    this.over = true;
    this.api.signOut();
    this.live.stop();
    this.idle.stop();
    window.clearInterval(this.timer);
    document.removeEventListener("keydown", this.shortcut);
    this.book.end();
    for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
    document.title = words.title;
    this.leave(notice);
  }

  private readonly talkEars: TalkEars = {
    open: async (id) => {
      await this.attempt(this.book.open(id));
      this.render();
      this.talk.focus();
    },
    take: async (id) => {
      try {
        await this.attempt(this.book.act(id, "claim"));
      } catch (error) {
        await this.refresh();
        if (!(error instanceof ApiError && error.code === "taken")) throw error;
        this.announce(troubleSentence(error.code, error.by));
        return;
      }
      this.announce(words.done.claim);
      await this.attempt(this.book.open(id));
      await this.refresh();
    },
    send: async (id, spoken) => {
      await this.attempt(this.book.write(id, spoken));
      this.announce("");
      void this.refresh();
    },
    toList: () => this.show("list"),
    toFacts: () => this.show("facts"),
  };

  private readonly listEars: ListEars = {
    select: (id) => {
      this.visit.selected = id;
      this.announce("");
      this.render();
      this.show("talk");
      void this.refresh();
    },
    retry: () => void this.refresh(),
  };

  private readonly factsEars: FactsEars = {
    ask: (action, row) =>
      askFirst(action, row, async (number) => {
        await this.attempt(this.book.act(row.id, action, number));
        this.announce(words.done[action]);
        await this.refresh();
        if (selectedCase(this.visit) === undefined) this.show("list");
      }),
    toTalk: () => this.show("talk"),
  };

  private async refresh(): Promise<void> {
    const waited = countWaiting(this.visit);
    const first = !this.visit.listed;
    const wished = wishesOf(this.visit);
    try {
      await this.book.refreshList();
      if (!first && countWaiting(this.visit) > waited) this.announceArrival();
      if (!first) this.announceWishes(wished);
      const { selected } = this.visit;
      if (selected !== null) await this.book.fetchNew(selected);
    } catch (error) {
      this.checkSession(error);
    }
    if (this.over) return;
    this.forgetGone();
    this.render();
  }

  /** A selected case that is no longer there was erased. */
  private forgetGone(): void {
    const { visit } = this;
    if (!visit.listed || visit.selected === null) return;
    if (selectedCase(visit) !== undefined) return;
    visit.selected = null;
    if (this.news.textContent === "") this.announce(words.done.gone);
  }

  private announceArrival(): void {
    const free = this.visit.cases.some((row) => row.status === "waiting");
    this.announce(free ? words.list.arrived : words.list.wrote);
  }

  /** Somebody may have said, in their language, that they want an interpreter. */
  private announceWishes(before: ReadonlyMap<string, boolean>): void {
    const fresh = this.visit.cases.find(
      (row) => row.interpreter && before.get(row.id) === false,
    );
    if (fresh !== undefined) this.announce(words.list.wantsInterpreter(fresh.number));
  }

  /** Time passes on the screen, and a translator may have come or gone. */
  private async look(): Promise<void> {
    try {
      await this.visit.bridge.refresh();
    } catch (error) {
      this.checkSession(error);
    }
    this.render();
  }

  private readonly writeIn = async (select: HTMLSelectElement): Promise<void> => {
    const { visit } = this;
    const before = visit.writesIn;
    visit.writesIn = select.value;
    this.render();
    try {
      await this.attempt(this.api.writeIn(select.value).then(() => undefined));
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "trouble";
      visit.writesIn = before;
      select.value = before;
      this.announce(troubleSentence(code));
      this.render();
    }
  };

  private render(): void {
    if (this.over) return;
    renderList(this.panes.list, this.visit, this.listEars);
    this.talk.render(this.visit);
    renderFacts(this.panes.facts, this.visit, this.factsEars);
    this.frame.classList.toggle("has-case", this.visit.selected !== null);
    const waiting = countWaiting(this.visit);
    document.title = waiting > 0 ? `(${waiting}) ${words.title}` : words.title;
  }

  private bar(): HTMLElement {
    const { centre, me } = this.visit.session;
    const out = { type: "button", onclick: () => this.end(words.ended.signed_out) };
    const links = { type: "button", onclick: () => this.swap() };
    const leads = me.role === "administrator";
    return h(
      "header",
      { class: "bar" },
      h("h1", {}, centre.name),
      h("span", { class: "me" }, me.alias),
      languageChoice(this.visit, this.writeIn),
      this.state,
      leads && h("button", { ...links, class: "to-links" }, words.links.heading),
      h("button", out, words.bar.signOut),
    );
  }

  /** An administrator's way from the cases to the links, and back. */
  private swap(): void {
    const { links, frame } = this;
    if (!frame.hidden && links.element.parentElement === null) frame.after(links.element);
    frame.hidden = !frame.hidden;
    links.element.hidden = !frame.hidden;
    const button = document.querySelector(".to-links");
    const label = frame.hidden ? words.list.heading : words.links.heading;
    if (button !== null) button.textContent = label;
    if (!frame.hidden) return;
    void links.refresh();
    focusOn(links.element.querySelector("h2"));
  }

  private connect(state: Connection): void {
    this.visit.connection = state;
    this.state.textContent = words.bar[state];
    this.state.dataset["state"] = state;
    this.offline.textContent = state === "offline" ? words.bar.offlineNote : "";
  }

  private announce(sentence: string): void {
    this.news.textContent = sentence;
  }

  private show(pane: Pane): void {
    this.frame.dataset["pane"] = pane;
    if (pane === "talk") this.talk.focus();
    else focusOn(this.panes[pane].querySelector("h2"));
  }

  /** Lets the trouble through, unless it is that the session is over. */
  private async attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.checkSession(error);
      throw error;
    }
  }

  private checkSession(error: unknown): void {
    const over = error instanceof ApiError && error.code === "signed_out";
    if (over) this.end(words.ended.expired);
  }

  private readonly shortcut = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const fields = "input, textarea, select";
    const typing = target instanceof Element && target.matches(fields);
    if (typing || document.querySelector("dialog") !== null) return;
    if (event.key === "j") stepInList(this.panes.list, 1);
    if (event.key === "k") stepInList(this.panes.list, -1);
  };
}

function wishesOf(visit: Visit): Map<string, boolean> {
  return new Map(visit.cases.map((row) => [row.id, row.interpreter]));
}
