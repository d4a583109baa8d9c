/** The right pane: what is known of the case, and what can be done with it. */

import type { CaseAction } from "./api.js";
import { fill, h, type Child } from "./dom.js";
import { selectedCase, type CaseRow, type Visit } from "./state.js";
import { languageName, moment, spaced, words } from "./words.js";

export interface FactsEars {
  ask(action: Exclude<CaseAction, "claim">, row: CaseRow): void;
  toTalk(): void;
}

// What each pane shows now: drawn again only for news, so that a number that is
// being copied, or a place that was scrolled to, is not lost.
const shown = new WeakMap<HTMLElement, string>();

/** Draws the facts of the selected case, if they are not on the screen already. */
export function renderFacts(pane: HTMLElement, visit: Visit, ears: FactsEars): void {
  const row = selectedCase(visit);
  const told = JSON.stringify([row, new Date().toDateString()]);
  if (shown.get(pane) === told) return;
  shown.set(pane, told);
  const held = pane.contains(document.activeElement)
    ? document.activeElement?.getAttribute("data-action")
    : null;
  const back = { type: "button", class: "to-talk", onclick: () => ears.toTalk() };
  fill(
    pane,
    h(
      "header",
      {},
      h("button", back, `‹ ${words.talk.heading}`),
      h("h2", { tabindex: "-1" }, words.facts.heading),
    ),
    row !== undefined && region(row),
    row !== undefined && actions(row, ears),
  );
  if (held) pane.querySelector<HTMLElement>(`[data-action="${held}"]`)?.focus();
}

/** The facts can be longer than the screen, so the keyboard must reach them. */
function region(row: CaseRow): HTMLElement {
  const label = { role: "region", "aria-label": words.facts.heading, tabindex: "0" };
  const place = { class: "facts-box", "data-action": "facts" };
  return h("div", { ...label, ...place }, h("dl", {}, ...facts(row)));
}

function facts(row: CaseRow): HTMLElement[] {
  const at = (time: string): string => moment(new Date(time), new Date());
  const [own, english] = languageName(row.language, row.language_name);
  const who = row.claimed_by === null ? "" : ` · ${row.claimed_by}`;
  const urgent = row.urgent ? words.facts.urgent : words.facts.notUrgent;
  const checked = row.review_status !== "draft";
  return [
    fact(words.facts.number, h("strong", { class: "number" }, spaced(row.number))),
    fact(words.facts.status, words.facts.status_[row.status] + who),
    fact(words.facts.language, h("bdi", { lang: row.language || undefined }, own), english),
    fact(
      words.facts.consent,
      checked ? words.facts.reviewed : h("strong", {}, words.facts.draft),
    ),
    fact(words.facts.urgency, row.urgent ? h("strong", {}, urgent) : urgent),
    fact(
      words.facts.interpreter,
      row.interpreter ? h("strong", {}, words.facts.wanted) : words.facts.notAsked,
    ),
    fact(words.facts.writing, row.may_write ? words.facts.mayWrite : words.facts.mayAnswer),
    fact(words.facts.presence, words.facts.presence_[row.presence]),
    fact(words.facts.created, at(row.created_at)),
    fact(
      words.facts.lastWords,
      row.person_wrote_at === null ? words.facts.never : at(row.person_wrote_at),
    ),
  ];
}

function fact(name: string, ...value: Child[]): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
}

function actions(row: CaseRow, ears: FactsEars): HTMLElement {
  const button = (
    action: Exclude<CaseAction, "claim">,
    label: string,
    weight = "",
  ): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        class: weight,
        "data-action": action,
        onclick: () => ears.ask(action, row),
      },
      label,
    );
  const colleagues = row.status === "claimed" && !row.mine;
  return h(
    "section",
    { class: "actions", "aria-label": words.facts.actions },
    row.mine && button("hand-back", words.facts.handBack),
    row.status !== "closed" && !colleagues && button("close", words.facts.close),
    button("erase", words.facts.erase, "danger"),
  );
}
