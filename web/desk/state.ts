/** What the page knows while someone is signed in; dropped whole at sign-out. */

import type { Bridge } from "./bridge.js";
import type { ReplyBook } from "./replies.js";
import type { Spoken } from "./spoken.js";

export type Status = "waiting" | "claimed" | "handed_back" | "closed";

/** Where the person is: able to read what is written, or not. */
export type Presence = "here" | "stopped" | "blocked" | "moved" | "left";

export interface CaseRow {
  readonly id: string;
  readonly number: string;
  readonly status: Status;
  readonly language: string;
  readonly language_name: string;
  readonly urgent: boolean;
  readonly interpreter: boolean;
  readonly may_write: boolean;
  readonly review_status: string;
  readonly claimed_by: string | null;
  readonly mine: boolean;
  readonly created_at: string;
  readonly person_wrote_at: string | null;
  readonly last_activity_at: string;
  readonly unanswered: boolean;
  readonly undelivered: number;
  readonly undeliverable: number;
  readonly presence: Presence;
}

export interface SealedLine {
  readonly id: number;
  readonly author: "handover" | "person" | "caseworker";
  readonly at: string;
  readonly sealed: string;
}

export interface Line {
  readonly id: number;
  readonly author: SealedLine["author"];
  readonly at: string;
  /** Null when it does not open with this case's key. */
  readonly spoken: Spoken | null;
}

export interface OpenedCase {
  readonly identity: string;
  readonly recipient: string;
  readonly lines: Line[];
}

export interface Language {
  readonly tag: string;
  /** Its own name. */
  readonly name: string;
  readonly dir: "ltr" | "rtl";
}

export interface SignedIn {
  readonly token: string;
  readonly me: {
    readonly alias: string;
    readonly role: string;
    readonly writes_in: string;
  };
  readonly languages: readonly Language[];
  readonly centre: { readonly id: string; readonly name: string };
  readonly wrapped: string;
  readonly relay: string;
  readonly idle_minutes: number;
}

export type Connection = "connecting" | "live" | "offline";

/** One signed-in visit. */
export interface Visit {
  readonly session: SignedIn;
  /** The centre's secret identity, which opens every case of the centre. */
  readonly identity: string;
  cases: readonly CaseRow[];
  /** False until the first list has come. */
  listed: boolean;
  listFailed: boolean;
  connection: Connection;
  /** How far this computer's clock is ahead of the server's, in milliseconds. */
  clockAhead: number;
  selected: string | null;
  /** The language in which this colleague writes and reads. */
  writesIn: string;
  readonly bridge: Bridge;
  readonly replies: ReplyBook;
  readonly opened: Map<string, OpenedCase>;
  readonly drafts: Map<string, string>;
}

export function newVisit(
  session: SignedIn,
  identity: string,
  bridge: Bridge,
  replies: ReplyBook,
): Visit {
  return {
    writesIn: session.me.writes_in,
    bridge,
    replies,
    session,
    identity,
    cases: [],
    listed: false,
    listFailed: false,
    connection: "connecting",
    clockAhead: 0,
    selected: null,
    opened: new Map(),
    drafts: new Map(),
  };
}

export function findLanguage(visit: Visit, tag: string): Language | undefined {
  return visit.session.languages.find((language) => language.tag === tag);
}

export function selectedCase(visit: Visit): CaseRow | undefined {
  return visit.cases.find((row) => row.id === visit.selected);
}

/** How many cases need a human now: nobody has them, or their person wrote last. */
export function countWaiting(visit: Visit): number {
  return visit.cases.filter(needsHuman).length;
}

export function needsHuman(row: CaseRow): boolean {
  if (row.status === "waiting") return true;
  return row.mine && row.unanswered && writingBarrier(row) === null;
}

export type Barrier = Exclude<Presence, "here"> | "unasked";

/** Why this case's person cannot be written to now, or null. */
export function writingBarrier(row: CaseRow): Barrier | null {
  if (row.presence !== "here") return row.presence;
  if (!row.may_write && row.person_wrote_at === null) return "unasked";
  return null;
}
