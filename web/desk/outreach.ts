/** The page of an outreach worker: links and nothing else; no key is ever here. */

import { ApiError, type Api } from "./api.js";
import { fill, focusOn, h } from "./dom.js";
import { IdleWatch } from "./idle.js";
import { LinksPane } from "./links.js";
import type { SignedIn } from "./state.js";
import { words } from "./words.js";

/** One signed-in visit; `leave` is told why it ended. */
export class Outreach {
  private readonly idle: IdleWatch;
  private over = false;

  constructor(
    root: HTMLElement,
    private readonly api: Api,
    session: SignedIn,
    private readonly leave: (notice: string) => void,
  ) {
    const check = (error: unknown): void => this.checkSession(error);
    const pane = new LinksPane(api, check);
    const out = { type: "button", onclick: () => this.end(words.ended.signed_out) };
    fill(
      root,
      h(
        "header",
        { class: "bar" },
        h("h1", {}, session.centre.name),
        h("span", { class: "me" }, session.me.alias),
        h("span", { class: "connection" }),
        h("button", out, words.bar.signOut),
      ),
      pane.element,
    );
    this.idle = new IdleWatch(session.idle_minutes, {
      here: () => void api.here().catch(check),
      idle: () => this.end(words.ended.idle(session.idle_minutes)),
    });
    focusOn(pane.element.querySelector("h2"));
    void pane.refresh();
  }

  end(notice: string): void {
    if (this.over) return;
    this.over = true;
    this.api.signOut();
    this.idle.stop();
    this.leave(notice);
  }

  private checkSession(error: unknown): void {
    const over = error instanceof ApiError && error.code === "signed_out";
    if (over) this.end(words.ended.expired);
  }
}
