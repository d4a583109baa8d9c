/** What links are made of, and how they are told; the pane itself is in links.ts. */

import { h, type Child } from "./dom.js";
import { day, englishName, words } from "./words.js";

export interface Link {
  readonly id: string;
  readonly code: string;
  readonly address: string;
  readonly label: string;
  readonly channel: string;
  readonly language: string | null;
  readonly centre: string | null;
  readonly region: string | null;
  readonly made_at: string;
  readonly expires_at: string | null;
  readonly state: "live" | "expired" | "revoked";
  readonly replaced_by: string | null;
  /** Newest week first; null: fewer than ten. */
  readonly counts: readonly { readonly week: string; readonly opens: number | null }[];
}

export interface Choices {
  readonly languages: Record<string, string>;
  readonly centres: Record<string, string>;
  readonly regions: readonly string[];
  readonly channels: readonly string[];
  readonly info: string;
}

/** What a new link is made of. */
export interface LinkWish {
  readonly label: string;
  readonly channel: string;
  readonly language: string | null;
  readonly centre: string | null;
  readonly region: string | null;
  readonly days: number | null;
}

export interface CardWish {
  readonly design: string;
  readonly language: string;
  readonly discreet: boolean;
}

const DAYS = ["30", "90", "180", "365", ""] as const;

/** One labelled choice. */
export interface Choice {
  readonly row: HTMLElement;
  readonly input: HTMLSelectElement;
}

export function select(
  id: string,
  label: string,
  options: Readonly<Record<string, string>>,
  chosen = "",
): Choice {
  const input = h(
    "select",
    { id },
    ...Object.entries(options).map(([value, told]) =>
      h("option", { value, selected: value === chosen }, told),
    ),
  );
  return { row: h("div", { class: "field" }, h("label", { for: id }, label), input), input };
}

export function languagesOf(choices: Choices): Record<string, string> {
  return Object.fromEntries(
    Object.entries(choices.languages).map(([tag, own]) => {
      const english = englishName(tag);
      return [tag, english === own ? own : `${own} (${english})`];
    }),
  );
}

export function channelsOf(choices: Choices): Record<string, string> {
  const told = words.links.channels as Record<string, string>;
  return Object.fromEntries(choices.channels.map((name) => [name, told[name] ?? name]));
}

export function placesOf(choices: Choices): Record<string, string> {
  const regions = words.links.regions as Record<string, string>;
  return {
    "": words.links.anyPlace,
    ...Object.fromEntries(
      choices.regions.map((id) => [`region:${id}`, regions[id] ?? id]),
    ),
    ...Object.fromEntries(
      Object.entries(choices.centres).map(([id, name]) => [`centre:${id}`, name]),
    ),
  };
}

export function daysToChoose(): Record<string, string> {
  return Object.fromEntries(DAYS.map((days) => [days, words.links.expiry(days)]));
}

export function about(link: Link, choices: Choices): string {
  const regions = words.links.regions as Record<string, string>;
  const place = link.centre ?? link.region;
  const name = link.centre ? choices.centres[link.centre] : regions[link.region ?? ""];
  const end = link.expires_at;
  return [
    words.links.states[link.state],
    (words.links.channels as Record<string, string>)[link.channel] ?? link.channel,
    link.language === null ? words.links.anyLanguage : englishName(link.language),
    place !== null && (name ?? place),
    words.links.madeOn(day(new Date(link.made_at))),
    link.state === "live" && (end ? words.links.until(day(new Date(end))) : null),
  ]
    .filter((part): part is string => typeof part === "string")
    .join(" · ");
}

export function counts(link: Link): Child {
  if (link.counts.length === 0) return h("p", { class: "hint" }, words.links.noOpens);
  return h(
    "details",
    {},
    h("summary", {}, words.links.opens),
    h(
      "table",
      {},
      ...link.counts.map(({ week, opens }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, words.links.week(week)),
          h("td", {}, words.links.count(opens)),
        ),
      ),
    ),
    h("p", { class: "hint" }, words.links.opensNote),
  );
}
