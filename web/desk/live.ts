/** Hears from the server that something changed, and that the line is alive. */

import { ApiError, type Api } from "./api.js";
import type { Connection } from "./state.js";

const SILENCE_MS = 40_000; // the server speaks at least every 15 s
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export interface LiveEars {
  changed(): void;
  connection(state: Connection): void;
  signedOut(): void;
}

/** Keeps one stream open until stopped; reconnects with growing pauses. */
export class Live {
  private stopped = false;
  private request = new AbortController();
  private wake: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly ears: LiveEars,
  ) {
    void this.run();
    window.addEventListener("online", this.hurry);
    window.addEventListener("offline", this.drop);
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.hurry);
    window.removeEventListener("offline", this.drop);
    this.request.abort();
    this.wake();
  }

  private readonly hurry = (): void => this.wake();

  private readonly drop = (): void => this.request.abort();

  private async run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.stopped) {
      const spoke = await this.listen();
      if (this.stopped) return;
      this.ears.connection("offline");
      pause = spoke ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await this.rest(pause);
    }
  }

  /** Reads one stream to its end; true when it said anything at all. */
  private async listen(): Promise<boolean> {
    this.request = new AbortController();
    let watchdog = this.watch();
    let spoke = false;
    try {
      const stream = await this.api.live(this.request.signal);
      const reader = stream.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.stopped) return spoke;
        window.clearTimeout(watchdog);
        watchdog = this.watch();
        // What came while we were away is not told again: the first line of a new
        // stream counts as a change.
        if (!spoke || decoder.decode(value).includes("changed")) this.ears.changed();
        if (!spoke) this.ears.connection("live");
        spoke = true;
      }
    } catch (error) {
      if (error instanceof ApiError && error.code === "signed_out") {
        this.ears.signedOut();
      }
      return spoke;
    } finally {
      window.clearTimeout(watchdog);
    }
  }

  private watch(): number {
    const request = this.request;
    return window.setTimeout(() => request.abort(), SILENCE_MS);
  }

  private rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, milliseconds);
      this.wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }
}
