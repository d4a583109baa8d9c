/** Fetches, opens and writes cases; all that is opened lives in the visit. */

import { ApiError, type Api, type CaseAction } from "./api.js";
import { openSealed, seal } from "./keys.js";
import { plain, readSpoken, writeSpoken, type Spoken } from "./spoken.js";
import type { Line, OpenedCase, SealedLine, Visit } from "./state.js";

/** The cases of one visit; after `end` nothing it still fetches is kept. */
export class Casebook {
  private ended = false;
  private readonly busy = new Map<string, Promise<void>>();

  constructor(
    private readonly api: Api,
    private readonly visit: Visit,
  ) {}

  /** Drops every key and every opened text. */
  end(): void {
    this.ended = true;
    this.visit.bridge.end();
    this.visit.opened.clear();
    this.visit.drafts.clear();
    this.visit.cases = [];
  }

  async refreshList(): Promise<void> {
    const { visit } = this;
    try {
      const told = await this.api.cases();
      if (this.ended) return;
      visit.cases = told.cases;
      visit.clockAhead = Date.now() - Date.parse(told.now);
      visit.listed = true;
      visit.listFailed = false;
      this.dropGone();
    } catch (error) {
      visit.listFailed = !(error instanceof ApiError && error.code === "offline");
      throw error;
    }
  }

  async open(id: string): Promise<void> {
    if (this.visit.opened.has(id)) return;
    const told = await this.api.open(id);
    const identity = await this.unlock(told.sealed_key);
    const lines = await openLines(told.messages, identity);
    if (this.ended) return;
    this.visit.opened.set(id, { identity, recipient: told.recipient, lines });
  }

  /** Adds what was written since, one fetch at a time so that no line comes twice. */
  fetchNew(id: string): Promise<void> {
    const before = this.busy.get(id) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => this.fetchOnce(id));
    this.busy.set(id, next);
    return next;
  }

  async write(id: string, spoken: Spoken): Promise<void> {
    const opened = this.visit.opened.get(id);
    if (opened === undefined) throw new ApiError("cannot_open");
    const text = writeSpoken(spoken);
    const toCase = await seal(text, opened.recipient);
    const toRelay = await seal(text, this.visit.session.relay);
    await this.api.write(id, toCase, toRelay);
    // It is sent: that it cannot be fetched back just now is no failure to send.
    await this.fetchNew(id).catch(() => undefined);
  }

  async act(id: string, action: CaseAction, number = ""): Promise<void> {
    await this.api.act(id, action, number);
    if (action === "erase") this.visit.opened.delete(id);
  }

  private async fetchOnce(id: string): Promise<void> {
    const opened = this.visit.opened.get(id);
    if (opened === undefined) return;
    const told = await this.api.messages(id, opened.lines.at(-1)?.id ?? 0);
    const lines = await openLines(told.messages, opened.identity);
    if (!this.ended) opened.lines.push(...lines);
  }

  private async unlock(sealedKey: string): Promise<OpenedCase["identity"]> {
    try {
      return (await openSealed(sealedKey, this.visit.identity)).trim();
    } catch {
      throw new ApiError("cannot_open");
    }
  }

  /** An erased case leaves this page as well. */
  private dropGone(): void {
    const there = new Set(this.visit.cases.map((row) => row.id));
    for (const id of [...this.visit.opened.keys()]) {
      if (!there.has(id)) this.visit.opened.delete(id);
    }
  }
}

function openLines(sealed: readonly SealedLine[], identity: string): Promise<Line[]> {
  return Promise.all(
    sealed.map(async ({ id, author, at, sealed: text }) => {
      // One damaged message must not hide the others.
      const told = await openSealed(text, identity).catch(() => null);
      // Only a colleague's page writes more than words: what a person typed is text.
      const read = author === "caseworker" ? readSpoken : plain;
      return { id, author, at, spoken: told === null ? null : read(told) };
    }),
  );
}
