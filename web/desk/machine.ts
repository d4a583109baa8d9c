/** Shows what a machine made of a text: under the original, and always with its label. */

import { mayPass, type Bridge, type Outcome } from "./bridge.js";
import { fill, h } from "./dom.js";
import type { MachineText } from "./spoken.js";
import type { Language } from "./state.js";
import { englishName, words } from "./words.js";

/** A text in paragraphs, in the direction of its language. */
export function passage(text: string, language: Language | undefined): HTMLElement {
  return paragraphs(text, language, language?.dir ?? "auto");
}

/** What somebody typed: each paragraph finds its direction, as it may hold any words. */
export function typed(text: string, language: Language | undefined): HTMLElement {
  return paragraphs(text, language, "auto");
}

function paragraphs(
  text: string,
  language: Language | undefined,
  dir: string,
): HTMLElement {
  const parts = text.split(/\n{2,}/).map((part) => h("p", { dir }, part));
  return h("div", { class: "passage", lang: language?.tag }, ...parts);
}

/** "Machine: Argos Translate, Arabic → French (through English)" */
export function labelOf(machine: MachineText): string {
  const way = `${englishName(machine.from)} → ${englishName(machine.to)}`;
  const via = machine.via.map(englishName).join(", ");
  return words.machine.label(machine.engine, via ? words.machine.through(way, via) : way);
}

export function shown(
  machine: MachineText,
  language: Language | undefined,
  label = labelOf(machine),
): HTMLElement {
  return h(
    "div",
    { class: "machine" },
    h("p", { class: "label" }, label),
    passage(machine.text, language),
  );
}

export interface Wanted {
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly language: Language | undefined;
}

/** Fills the place with the translation when it comes; nothing waits for it. */
export async function translateInto(
  place: HTMLElement,
  bridge: Bridge,
  wanted: Wanted,
): Promise<Outcome> {
  const round = String(Number(place.dataset["round"] ?? "0") + 1);
  place.dataset["round"] = round;
  fill(place, h("p", { class: "label", "aria-hidden": "true" }, words.machine.working));
  const outcome = await bridge.translate(wanted.text, wanted.from, wanted.to);
  if (place.dataset["round"] !== round) return outcome; // asked anew meanwhile
  if ("failed" in outcome) {
    const again = (): void => void translateInto(place, bridge, wanted);
    fill(place, failure(outcome.failed, again));
  } else {
    fill(place, shown(outcome, wanted.language));
  }
  return outcome;
}

/** Why there is none, and a button where trying again can help. */
export function failure(fault: string, again: () => void): HTMLElement {
  const retry = { type: "button", class: "again", onclick: again };
  return h(
    "p",
    { class: "machine failed" },
    words.machine.failed(fault),
    mayPass(fault) && h("button", retry, words.tryAgain),
  );
}
