/** What a caseworker sends: own words, what a machine made of them, or a reply's key. */

/** Words that nobody has checked; never without engine and direction. */
export interface MachineText {
  readonly text: string;
  readonly engine: string;
  readonly from: string;
  readonly to: string;
  readonly via: readonly string[];
}

export interface Spoken {
  readonly words: string;
  /** The language of the own words; "" in lines of an older page. */
  readonly language: string;
  readonly machine: MachineText | null;
  /** The catalog key of a ready-made reply. */
  readonly reply: string | null;
}

export function plain(words: string): Spoken {
  return { words, language: "", machine: null, reply: null };
}

/** As it is sealed, to the case and to the relay. */
export function writeSpoken(spoken: Spoken): string {
  return JSON.stringify(spoken);
}

/** What was sealed; a line of an older page is nothing but words. */
export function readSpoken(sealedText: string): Spoken {
  let told: unknown;
  try {
    told = JSON.parse(sealedText);
  } catch {
    return plain(sealedText);
  }
  if (!isRecord(told) || typeof told["words"] !== "string") return plain(sealedText);
  return {
    words: told["words"],
    language: text(told["language"]),
    machine: readMachine(told["machine"]),
    reply: text(told["reply"]) || null,
  };
}

/** Null for what is not machine text. */
export function readMachine(told: unknown): MachineText | null {
  if (!isRecord(told) || typeof told["text"] !== "string") return null;
  const via = Array.isArray(told["via"]) ? told["via"].map(text) : [];
  return {
    text: told["text"],
    engine: text(told["engine"]),
    from: text(told["from"]),
    to: text(told["to"]),
    via: via.filter((tag) => tag !== ""),
  };
}

function isRecord(told: unknown): told is Record<string, unknown> {
  return typeof told === "object" && told !== null;
}

function text(told: unknown): string {
  return typeof told === "string" ? told : "";
}
