/** Has texts translated: sealed here, opened here, and read by nobody between. */

import { ApiError, type Api } from "./api.js";
import { newIdentity, openSealed, recipientOf, seal } from "./keys.js";
import { readMachine, type MachineText } from "./spoken.js";

const AT_ONCE = 2; // more would only wait for each other at the translator
const KEPT = 500;

/** Why there is no translation, in the translator's word for it. */
export type Fault = string;

export type Outcome = MachineText | { readonly failed: Fault };

export interface Direction {
  readonly from: string;
  readonly to: string;
  readonly via: readonly string[];
}

export interface Pairs {
  /** "" while no translator is there. */
  readonly recipient: string;
  readonly directions: readonly Direction[];
}

/** Which ways are open between a person and a colleague. */
export type Span = "unknown" | "same" | "both" | "in" | "out" | "none" | "off";

const MAY_PASS: readonly Fault[] = ["slow", "busy", "absent"];

/** Whether trying again can help. */
export function mayPass(fault: Fault): boolean {
  return MAY_PASS.includes(fault);
}

/** The way to the translator; what it keeps is in this tab's memory only. */
export class Bridge {
  /** Changes whenever the open ways do. */
  version = 0;
  private pairs: Pairs | null = null;
  private ways = new Set<string>();
  private readonly kept = new Map<string, Promise<Outcome>>();
  private readonly queue: (() => void)[] = [];
  private running = 0;

  constructor(private readonly api: Api) {}

  /** Asks anew what is there; whatever fails, the desk works without. */
  async refresh(): Promise<void> {
    let pairs: Pairs;
    try {
      pairs = await this.api.pairs();
    } catch (error) {
      if (error instanceof ApiError && error.code === "signed_out") throw error;
      return; // no answer says nothing about the translator
    }
    const wasOff = this.isOff;
    this.pairs = pairs;
    // A translator that is away may come back: what it has done stays on the screen.
    if (this.isOff) return;
    const ways = new Set(pairs.directions.map(({ from, to }) => `${from}>${to}`));
    const same =
      ways.size === this.ways.size && [...ways].every((way) => this.ways.has(way));
    if (same && !wasOff) return;
    if (!same) this.kept.clear();
    this.ways = ways;
    this.version += 1;
  }

  get isOff(): boolean {
    return this.pairs !== null && this.pairs.recipient === "";
  }

  leads(from: string, to: string): boolean {
    return this.ways.has(`${from}>${to}`);
  }

  /** What is open between the person's language and the colleague's. */
  span(theirs: string, mine: string): Span {
    if (this.pairs === null || theirs === "") return "unknown";
    if (theirs === mine) return "same";
    if (this.isOff) return "off";
    const reads = this.leads(theirs, mine);
    const writes = this.leads(mine, theirs);
    if (reads && writes) return "both";
    return reads ? "in" : writes ? "out" : "none";
  }

  /** The translation, or in one word why there is none; never fails otherwise. */
  translate(text: string, from: string, to: string): Promise<Outcome> {
    const key = JSON.stringify([from, to, text]);
    const before = this.kept.get(key);
    if (before !== undefined) return before;
    const work = this.inTurn(() => this.patiently(text, from, to));
    this.keep(key, work);
    return work;
  }

  end(): void {
    this.kept.clear();
    this.queue.length = 0;
  }

  private keep(key: string, work: Promise<Outcome>): void {
    if (this.kept.size >= KEPT) this.kept.clear();
    this.kept.set(key, work);
    void work.then((outcome) => {
      if ("failed" in outcome && mayPass(outcome.failed)) this.kept.delete(key);
    });
  }

  /** The first try may only have loaded the languages: it gets a second one. */
  private async patiently(text: string, from: string, to: string): Promise<Outcome> {
    const first = await this.ask(text, from, to);
    const again = "failed" in first && first.failed === "slow";
    return again ? this.ask(text, from, to) : first;
  }

  private async ask(text: string, source: string, target: string): Promise<Outcome> {
    const before = this.pairs?.recipient ?? "";
    const outcome = await this.askOnce(text, source, target);
    if (outcome !== null) return outcome;
    await this.refresh().catch(() => undefined);
    const now = this.pairs?.recipient ?? "";
    if (now === "") return { failed: "absent" };
    // Another key: the translator was started anew and could not open the question.
    const second = now === before ? null : await this.askOnce(text, source, target);
    return second ?? { failed: "busy" };
  }

  private async askOnce(
    text: string,
    source: string,
    target: string,
  ): Promise<Outcome | null> {
    const recipient = this.pairs?.recipient ?? "";
    if (recipient === "") return null;
    try {
      const identity = await newIdentity();
      const answerTo = await recipientOf(identity);
      const wish = { text, source, target, answer_to: answerTo };
      const sealed = await seal(JSON.stringify(wish), recipient);
      const answer = await this.api.translate(sealed);
      return readOutcome(await openSealed(answer.sealed, identity));
    } catch {
      return null;
    }
  }

  private async inTurn(work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.running >= AT_ONCE) {
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.queue.shift()?.();
    }
  }
}

function readOutcome(told: string): Outcome {
  const answer = JSON.parse(told) as { failed?: string | null };
  if (answer.failed) return { failed: answer.failed };
  return readMachine(answer) ?? { failed: "empty" };
}
