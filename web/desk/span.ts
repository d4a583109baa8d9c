/** Which ways are open between a person's language and one's own, in words. */

import { h } from "./dom.js";
import type { CaseRow, Visit } from "./state.js";
import { englishName, words } from "./words.js";

/** Whether nothing translates what this person writes, or what they are written. */
export function lacksBridge(visit: Visit, row: CaseRow): boolean {
  const span = visit.bridge.span(row.language, visit.writesIn);
  return span === "none" || span === "off";
}

/** What to know of the languages of a case, before taking it and while writing. */
export function spanNotes(visit: Visit, row: CaseRow): string[] {
  const span = visit.bridge.span(row.language, visit.writesIn);
  if (span === "same") return row.interpreter ? [words.bridge.wantsInterpreter] : [];
  const name = englishName(row.language);
  const wish = row.interpreter
    ? words.bridge.wantsInterpreter
    : words.bridge.noInterpreter;
  if (row.language === "") return [words.bridge.unnamed, wish];
  if (span === "unknown") return [wish];
  const told = span === "off" ? words.bridge.off : words.bridge[span](name);
  return [told, ...repliesNote(visit, row), wish];
}

/** The same above an open case: only what is in the way, or wished for. */
export function openNotes(visit: Visit, row: CaseRow): string[] {
  const span = visit.bridge.span(row.language, visit.writesIn);
  const clear = span === "both" || span === "unknown";
  if (clear) return row.interpreter ? [words.bridge.wantsInterpreter] : [];
  return spanNotes(visit, row);
}

function repliesNote(visit: Visit, row: CaseRow): string[] {
  const replies = visit.replies.find(visit.writesIn, row.language);
  if (replies === undefined) return [];
  return [replies.length > 0 ? words.bridge.repliesExist : words.bridge.noReplies];
}

/** The one select for the language in which a colleague writes and reads. */
export function languageChoice(
  visit: Visit,
  chosen: (select: HTMLSelectElement) => Promise<void>,
): HTMLElement {
  const options = visit.session.languages.map(({ tag, name }) => {
    const english = englishName(tag);
    const told = english === name ? name : `${name} (${english})`;
    return h("option", { value: tag, selected: tag === visit.writesIn }, told);
  });
  const select = h(
    "select",
    { onchange: () => void chosen(select) },
    ...options,
  );
  return h("label", { class: "writes-in" }, words.bar.writesIn, " ", select);
}
