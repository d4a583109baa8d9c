/** The list of cases: what needs a human now comes first and stands out. */

import { fill, h } from "./dom.js";
import { countWaiting, needsHuman, type CaseRow, type Visit } from "./state.js";
import { lacksBridge } from "./span.js";
import { duration, languageName, words } from "./words.js";

type Group = keyof typeof words.list.groups;

const GROUPS: readonly Group[] = [
  "waiting",
  "mine",
  "colleagues",
  "handed_back",
  "closed",
];

export interface ListEars {
  select(id: string): void;
  retry(): void;
}

/** Draws the list anew, leaving the focus on the case that had it. */
export function renderList(pane: HTMLElement, visit: Visit, ears: ListEars): void {
  const active = document.activeElement;
  const held = pane.contains(active) ? active?.getAttribute("data-case") : null;
  const top = pane.scrollTop;
  const closedOpen = pane.querySelector("details")?.open ?? false;
  fill(pane, h("h2", {}, words.list.heading), ...contents(visit, ears, closedOpen));
  pane.scrollTop = top;
  if (held) pane.querySelector<HTMLElement>(`[data-case="${held}"]`)?.focus();
}

/** Moves the focus to the next or previous case in the list. */
export function stepInList(pane: HTMLElement, by: 1 | -1): void {
  const rows = [...pane.querySelectorAll<HTMLElement>("[data-case]")].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.findIndex((row) => row === document.activeElement);
  const chosen = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = at >= 0 ? at + by : Math.max(chosen, 0);
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus();
}

function contents(visit: Visit, ears: ListEars, closedOpen: boolean): HTMLElement[] {
  if (!visit.listed && !visit.listFailed) {
    return [h("p", { class: "empty", role: "status" }, words.list.loading)];
  }
  const parts: HTMLElement[] = [];
  if (visit.listFailed) parts.push(failure(ears));
  if (visit.listed && visit.cases.length === 0) {
    parts.push(h("p", { class: "empty" }, words.list.empty));
  } else if (visit.listed && countWaiting(visit) === 0) {
    parts.push(h("p", { class: "empty" }, words.list.noneWaiting));
  }
  for (const group of GROUPS) {
    const rows = visit.cases.filter((row) => groupOf(row) === group);
    if (rows.length > 0) parts.push(section(group, rows, visit, ears, closedOpen));
  }
  return parts;
}

function failure(ears: ListEars): HTMLElement {
  return h(
    "div",
    { class: "trouble", role: "alert" },
    h("p", {}, words.list.failed),
    h("button", { type: "button", onclick: ears.retry }, words.tryAgain),
  );
}

function groupOf(row: CaseRow): Group {
  if (row.status === "claimed") return row.mine ? "mine" : "colleagues";
  return row.status;
}

function section(
  group: Group,
  rows: readonly CaseRow[],
  visit: Visit,
  ears: ListEars,
  closedOpen: boolean,
): HTMLElement {
  const name = `${words.list.groups[group]} (${rows.length})`;
  const list = h("ul", {}, ...rows.map((row) => h("li", {}, entry(row, visit, ears))));
  if (group === "closed") {
    const open = closedOpen || rows.some((row) => row.id === visit.selected);
    return h("details", { open }, h("summary", {}, name), list);
  }
  return h("section", { class: `group ${group}` }, h("h3", {}, name), list);
}

function entry(row: CaseRow, visit: Visit, ears: ListEars): HTMLElement {
  const [own, english] = languageName(row.language, row.language_name);
  return h(
    "button",
    {
      type: "button",
      class: needsHuman(row) ? "case now" : "case",
      "data-case": row.id,
      "aria-current": row.id === visit.selected ? "true" : undefined,
      onclick: () => ears.select(row.id),
    },
    h(
      "span",
      { class: "line" },
      h("strong", {}, words.list.caseNumber(row.number)),
      row.urgent && h("span", { class: "tag urgent" }, words.list.urgent),
    ),
    h(
      "span",
      { class: "line" },
      h("bdi", { lang: row.language || undefined }, own),
      english,
      row.interpreter && h("span", { class: "tag" }, words.list.interpreter),
    ),
    lacksBridge(visit, row) &&
      h("span", { class: "line state" }, words.bridge.noneShort),
    h("span", { class: "line state" }, stateOf(row, visit)),
  );
}

function stateOf(row: CaseRow, visit: Visit): string {
  const since = (time: string): string =>
    duration(Date.now() - visit.clockAhead - Date.parse(time));
  if (row.status === "waiting") return words.list.waitingFor(since(row.created_at));
  if (row.status !== "claimed") {
    return words.list.lastActive(since(row.last_activity_at));
  }
  if (!row.mine) return words.list.takenBy(row.claimed_by ?? "");
  if (!row.unanswered) {
    const barred = row.person_wrote_at === null && !row.may_write;
    return barred ? words.list.answerOnly : words.list.answered;
  }
  return row.person_wrote_at === null
    ? words.list.firstWord(since(row.created_at))
    : words.list.unanswered(since(row.person_wrote_at));
}
