/** Every sentence of the desk, in one place. */

import type { Presence, Status } from "./state.js";

/** What the translator found wrong, by its word for it. */
const FAULTS: Record<string, string> = {
  loop: "it repeats itself",
  length: "it is far too long or too short",
  script: "it is in another script",
  language: "it is in another language",
  digits: "numbers changed",
  names: "a name or an address changed",
  negation: "a “not” was lost or added",
  echo: "it only repeats the original",
  empty: "nothing came back",
  absent: "no translator answers for these languages",
  slow: "it took too long",
  busy: "too many texts at once",
};

export const words = {
  title: "Desk",
  noName: "Desk",
  working: "One moment…",
  tryAgain: "Try again",
  cancel: "Cancel",
  back: "Back",

  signIn: {
    heading: "Sign in",
    name: "Sign-in name",
    password: "Password",
    button: "Sign in",
    note:
      "Your password stays in this browser. Nothing is stored here: " +
      "reloading or closing this page signs you out.",
    stretching: (percent: number): string => `Working out your keys… ${percent}%`,
    checking: "Checking…",
  },

  setUp: {
    checking: "Checking the invitation…",
    heading: (centre: string): string => `Set up your account for ${centre}`,
    first:
      "You are the first here. This browser will make the key that opens your " +
      "centre's cases. The server never sees that key.",
    outreach:
      "With this account you make links and cards. It holds no key and sees no case.",
    joining:
      "Your centre already has its key. Have the printed recovery key at hand: " +
      "only with it can this account open cases.",
    alias: "First name or alias",
    aliasHint: "The person you write with sees this name. It need not be your own.",
    name: "Sign-in name",
    password: "Password",
    passwordHint: "At least 12 characters. Nobody can look it up for you.",
    again: "The same password again",
    propose: "Propose a password",
    proposed: "Write this password down before you go on:",
    recoveryKey: "Recovery key",
    recoveryHint: "It begins with AGE-SECRET-KEY-1.",
    next: "Go on",
    finish: "Finish",
    short: "The password needs at least 12 characters.",
    different: "The two passwords are not the same.",
    notAKey: "This is not a recovery key. Check for a missing or wrong character.",
    otherKey: "This recovery key belongs to another centre, or to an older key.",
    stretching: (percent: number): string => `Making your keys… ${percent}%`,
  },

  recovery: {
    heading: (centre: string): string => `Recovery key of ${centre}`,
    what:
      "This key opens every case of your centre. If all passwords are lost, it is " +
      "the only way back to them: no one else has a copy, also not whoever runs " +
      "the desk.",
    how:
      "Print it, or copy it by hand. Keep it on paper, locked away, where two " +
      "trusted colleagues can find it. Do not photograph it or send it.",
    print: "Print",
    proof: "To go on, type the last four characters of the key",
    wrongProof: "These are not the last four characters. Look at your paper copy.",
    made: (day: string): string => `Made on ${day}`,
  },

  bar: {
    signOut: "Sign out",
    connecting: "Connecting…",
    live: "Up to date",
    offline: "No connection",
    writesIn: "I write in",
    offlineNote:
      "No connection. What you see may be out of date; nothing you write is sent. " +
      "The page keeps trying.",
  },

  list: {
    heading: "Cases",
    loading: "Fetching the cases…",
    empty: "No cases yet. A new case appears here by itself.",
    noneWaiting: "Nobody is waiting.",
    failed: "The cases could not be fetched.",
    groups: {
      waiting: "Waiting for someone",
      mine: "Yours",
      colleagues: "With a colleague",
      handed_back: "Handed back to the bot",
      closed: "Closed",
    },
    caseNumber: (number: string): string => `Case ${spaced(number)}`,
    waitingFor: (since: string): string => `Waiting ${since}`,
    urgent: "Urgent",
    interpreter: "Interpreter",
    unanswered: (since: string): string => `Wrote ${since} ago, no answer yet`,
    answered: "Answered",
    firstWord: (since: string): string => `Waits ${since} for your first message`,
    answerOnly: "Has not written yet; you can only answer",
    lastActive: (since: string): string => `Last active ${since} ago`,
    takenBy: (alias: string): string => `Taken by ${alias}`,
    noLanguage: "Language not given",
    wantsInterpreter: (number: string): string =>
      `Case ${spaced(number)}: the person wants an interpreter.`,
    arrived: "A new case is waiting.",
    wrote: "A person you write with has written.",
  },

  talk: {
    heading: "Conversation",
    nothing: "Choose a case to see it here.",
    sealed: "This case is sealed.",
    sealedWhy:
      "Opening it is noted in the log, and the person can ask when someone opened " +
      "it and in which role.",
    take: "Take this case",
    takeWhy:
      "The bot stops speaking to the person, and you write with them. You open " +
      "the case at the same time.",
    openOnly: "Only open it",
    open: "Open",
    opening: "Opening…",
    taking: "Taking the case…",
    takingLong: "The bot is finishing its last line; this can take a few seconds.",
    log: "Messages",
    handover: "What the person agreed to send",
    person: "Person",
    caseworker: "Caseworker",
    unreadable: "This message does not open. It may be damaged.",
    newWords: "New words below",
    write: "Write to the person",
    writeHint: "Ctrl + Enter sends.",
    send: "Send",
    sending: "Sealing and sending…",
    takeToWrite: "Take the case to write to the person.",
    withColleague: (alias: string): string => `${alias} writes with this person.`,
    barrier: {
      left: "The person has erased the conversation. Nothing can reach them here.",
      stopped:
        "The person pressed stop. Nothing is sent to them until they come back " +
        "by themselves.",
      blocked: "The person has blocked the chat. Nothing can reach them here.",
      moved:
        "The person has made a new case since this one. Look for it in the list, " +
        "or at another centre.",
      unasked:
        "The person did not agree to be written to first. You can answer once they " +
        "have written.",
    },
    closed: "This case is closed. Nothing more is sent from here.",
    undelivered: (count: number): string =>
      count === 1
        ? "1 message waits until the person looks"
        : `${count} messages wait until the person looks`,
    undeliverable: (count: number): string =>
      count === 1
        ? "1 message could not be delivered"
        : `${count} messages could not be delivered`,
  },

  bridge: {
    noneShort: "No machine translation",
    both: (language: string): string => `Machine translation for ${language}: both ways.`,
    none: (language: string): string => `No machine translation for ${language} here.`,
    off: "Machine translation is not running here.",
    in: (language: string): string =>
      `Machine translation only from ${language}, not into it.`,
    out: (language: string): string =>
      `Machine translation only into ${language}, not from it.`,
    unnamed: "Language not given, so nothing is translated.",
    repliesExist: "Ready-made replies exist.",
    noReplies: "There are no ready-made replies in this language yet.",
    wantsInterpreter: "The person wants an interpreter: yes.",
    noInterpreter: "The person wants an interpreter: not asked for.",
  },

  machine: {
    working: "Translating…",
    label: (engine: string, way: string): string => `Machine: ${engine}, ${way}`,
    through: (way: string, via: string): string => `${way} (through ${via})`,
    failed: (fault: string): string =>
      `Translation failed: ${FAULTS[fault] ?? "something went wrong"}.`,
  },

  preview: {
    heading: "What the person receives",
    ownFirst: "Your own words as you typed them, and below them:",
    waiting: "Your words, and below them a translation, which comes in a moment.",
    ownOnly: "The person gets your own words only, without a translation.",
    back: (language: string): string => `The same, back into ${language} by machine`,
    backComing: "The same back into your language comes in a moment.",
    backFailed: (fault: string): string =>
      `No translation back to compare with: ${FAULTS[fault] ?? "something went wrong"}.`,
    noBack: "No translation back to compare with.",
    insist:
      "Not sent yet. Look at the translation in a moment, or press again to send " +
      "your own words only.",
    sendAlone: "Send my words only",
  },

  replies: {
    heading: "Ready-made replies",
    loading: "Fetching the replies…",
    none: "No ready-made replies in this language yet.",
    checked: "checked by a native reader",
    draft: "draft: not yet checked by a native reader",
    label: (status: string): string => `Ready-made reply, written by humans; ${status}`,
    sent: (language: string): string => `Ready-made reply; the person reads it in ${language}`,
    send: "Send this reply",
    drop: "Write something else",
  },

  links: {
    heading: "Links",
    failed: "The links could not be fetched.",
    empty: "No links yet. Make one above.",
    new: "A new link",
    label: "Where or for what it is handed out",
    labelHint: "Only this desk shows it, never the person who opens the link.",
    needsLabel: "Write something by which you will know it again.",
    noLabel: "(label cannot be read)",
    channel: "Opens",
    channels: { web: "Web page", telegram: "Telegram" },
    language: "Language",
    anyLanguage: "The phone's own language",
    place: "Leads to",
    anyPlace: "No place in particular",
    regions: { brussels: "Brussels", flanders: "Flanders", wallonia: "Wallonia" },
    days: "Works for",
    expiry: (days: string): string => (days === "" ? "No end" : `${days} days`),
    make: "Make the link",
    made: "The link is made. It is the first in the list.",
    info: "Page for first responders (opens beside this one)",
    copy: "Copy the address",
    copied: "The address is copied.",
    notCopied: "This browser does not copy. Select the address by hand.",
    rotate: "End it and make a new one",
    rotated: "The old link is ended; the new one is the first in the list.",
    revoke: "End it now",
    revoked: "The link is ended. Whoever opens it sees the national number only.",
    gone: "This link does not exist any more.",
    ended: (count: number): string => `Ended (${count})`,
    states: { live: "Works", expired: "Expired", revoked: "Ended" },
    madeOn: (when: string): string => `made ${when}`,
    until: (when: string): string => `until ${when}`,
    card: "Card to print",
    design: "Kind",
    designs: {
      pocket: "Pocket card, folded",
      strip: "Notice with strips to tear off",
      poster: "Poster, A4",
      label: "Label for a lip balm",
    },
    discreet: "Discreet: says nothing of what it is about",
    download: "Make the card (PDF)",
    printing: "Making the card; this takes some seconds…",
    opens: "How often it was opened",
    noOpens: "Not opened yet, as far as is known.",
    week: (week: string): string => `Week ${week.replace(/^(\d+)-W0?(\d+)$/, "$2, $1")}`,
    count: (opens: number | null): string =>
      opens === null ? "fewer than 10" : `${opens} or more`,
    opensNote:
      "Told in tens only, and up to 90 minutes late, so that nobody can be recognised.",
  },

  facts: {
    heading: "This case",
    show: "This case",
    number: "Number",
    status: "Status",
    language: "Language",
    urgency: "Urgency",
    urgent: "Urgent",
    notUrgent: "Not marked urgent",
    interpreter: "Interpreter",
    wanted: "Wanted",
    notAsked: "Not asked for",
    consent: "Consent texts",
    reviewed: "Checked by a native speaker",
    draft:
      "Not yet checked by a native speaker in this language. Repeat the three " +
      "questions of consent by voice, with an interpreter if need be.",
    writing: "Writing",
    mayWrite: "The person agreed that you write to them here.",
    mayAnswer: "Answer only: the person did not agree to be written to first.",
    created: "Received",
    lastWords: "Person last wrote",
    never: "Not since the case was received",
    delivery: "Delivery",
    allDelivered: "Nothing is waiting to be delivered",
    actions: "Actions",
    handBack: "Hand back to the bot",
    close: "Close the case",
    erase: "Erase the case",
    status_: {
      waiting: "Waiting for someone",
      claimed: "Taken",
      handed_back: "Handed back to the bot",
      closed: "Closed",
    } satisfies Record<Status, string>,
    presence_: {
      here: "Can be reached here",
      stopped: "Pressed stop",
      blocked: "Blocked the chat",
      moved: "Has made a new case since",
      left: "Erased the conversation",
    } satisfies Record<Presence, string>,
    presence: "Person",
  },

  ask: {
    "hand-back": {
      heading: "Hand this case back to the bot?",
      text:
        "The person is told that the bot answers again. The case stays sealed at " +
        "your centre, and any colleague can take it again.",
      button: "Hand back",
    },
    close: {
      heading: "Close this case?",
      text:
        "The person is told that the conversation with your centre has ended, and " +
        "that they can always begin again. The case can still be read here until " +
        "your centre's term for keeping it ends.",
      button: "Close",
    },
    erase: {
      heading: "Erase this case for good?",
      text:
        "Its key is destroyed and all its messages are deleted, for everyone, " +
        "for ever. The person is told. This cannot be undone.",
      type: (number: string): string =>
        `To erase, type the case number: ${spaced(number)}`,
      button: "Erase for good",
    },
  },

  done: {
    claim: "You have taken the case. The bot is silent.",
    "hand-back": "Handed back. The bot answers again.",
    close: "The case is closed.",
    erase: "The case is erased.",
    gone: "This case no longer exists.",
  },

  ended: {
    signed_out: "You are signed out. Keys and opened text have left this page.",
    idle: (minutes: number): string =>
      `Nobody used this page for ${minutes} minutes, so you were signed out. ` +
      "Keys and opened text have left it.",
    expired: "Your session has ended. Sign in again to go on.",
  },

  /** What went wrong, by the server's code, and what to do about it. */
  trouble: {
    offline: "The server cannot be reached. Check the connection, then try again.",
    trouble: "Something went wrong on the server. Try again in a moment.",
    wrong_sign_in: "Name or password is not right.",
    slow_down: "Too many attempts. Wait ten minutes, then try again.",
    signed_out: "Your session has ended. Sign in again to go on.",
    forbidden: "Your role does not allow this.",
    not_found: "This case does not exist.",
    no_invitation:
      "This invitation does not work: it was used, it expired, or the link is " +
      "incomplete. Ask whoever runs the desk for a new one.",
    name_taken: "This sign-in name is taken. Choose another.",
    other_key: "This recovery key belongs to another centre, or to an older key.",
    still_sending:
      "The bot is still finishing a line. Nothing was changed; try again in a moment.",
    changed: "This case changed in the meantime. Look at it again.",
    not_yours: "You no longer have this case, so nothing was sent.",
    left: "The person has erased the conversation. Nothing was sent.",
    stopped: "The person pressed stop. Nothing was sent.",
    blocked: "The person has blocked the chat. Nothing was sent.",
    moved: "The person has made a new case since this one. Nothing was sent.",
    unasked: "You can answer only once the person has written. Nothing was sent.",
    wrong_number: "This is not the number of this case. Nothing was erased.",
    malformed: "The server did not understand this page. Reload it and sign in again.",
    too_large: "This text is too long. Send it in parts.",
    no_card:
      "The card could not be made here. Fonts or libraries for printing may be " +
      "missing: whoever runs the desk can see it with “passerelle card”.",
    no_telegram: "Links to Telegram need the bot's name. Ask whoever runs the desk.",
    no_translation: "There is no translation now. Your own words can still be sent.",
    cannot_open: "This case does not open with your centre's key.",
  } as Record<string, string>,
  taken: (alias: string): string =>
    alias === ""
      ? "A colleague took this case first."
      : `${alias} took this case first. You can open and read it.`,
} as const;

/** The sentence for a failed call. */
export function troubleSentence(code: string, by = ""): string {
  if (code === "taken") return words.taken(by);
  return words.trouble[code] ?? words.trouble["trouble"] ?? code;
}

/** 482913 is easier to read out as 482 913. */
export function spaced(number: string): string {
  return number.replace(/(\d{3})(?=\d)/g, "$1\u00a0");
}

/** How long, in the words of someone glancing at a list. */
export function duration(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "under a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 day" : `${days} days`;
}

// The browser knows the English name of every language that the desk may meet.
const englishNames = new Intl.DisplayNames(["en"], { type: "language" });

/** "العربية (Arabic)"; English alone where both are the same. */
export function languageName(tag: string, own: string): [string, string] {
  if (tag === "") return [words.list.noLanguage, ""];
  const english = englishNames.of(tag) ?? tag;
  return [own, english === own ? "" : ` (${english})`];
}

/** "Arabic"; the tag itself where the browser knows no name. */
export function englishName(tag: string): string {
  return tag === "" ? words.list.noLanguage : (englishNames.of(tag) ?? tag);
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
});
const FULL_DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** "14:05" today, "Mon 3 Jun 14:05" before. */
export function moment(at: Date, now: Date): string {
  const clock = CLOCK.format(at);
  return at.toDateString() === now.toDateString() ? clock : `${DAY.format(at)} ${clock}`;
}

const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

export function day(at: Date): string {
  return SHORT_DAY.format(at);
}

export function fullDay(at: Date): string {
  return FULL_DAY.format(at);
}
