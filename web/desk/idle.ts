/** Notices that nobody uses the page, and tells the server while somebody does. */

const CHECK_MS = 5_000;
const TELL_MS = 60_000;
const SIGNS = ["keydown", "pointerdown", "wheel", "touchstart"] as const;

export interface IdleEars {
  /** Somebody is using the page; called at most once a minute. */
  here(): void;
  /** Nobody did for the whole time allowed. */
  idle(): void;
}

/** Watches with the wall clock, so that a sleeping computer counts as idle. */
export class IdleWatch {
  private lastUse = Date.now();
  private lastTold = Date.now();
  private readonly timer: number;
  private readonly allowedMs: number;

  constructor(
    minutes: number,
    private readonly ears: IdleEars,
  ) {
    this.allowedMs = minutes * 60_000;
    const pace = Math.min(CHECK_MS, this.allowedMs / 4);
    this.timer = window.setInterval(this.check, pace);
    for (const sign of SIGNS) {
      window.addEventListener(sign, this.used, { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", this.check);
  }

  stop(): void {
    window.clearInterval(this.timer);
    for (const sign of SIGNS) {
      window.removeEventListener(sign, this.used, { capture: true });
    }
    document.removeEventListener("visibilitychange", this.check);
  }

  private readonly used = (): void => {
    const now = Date.now();
    // A first touch after a long sleep must not bring the old text back to life.
    if (this.check()) return;
    this.lastUse = now;
    if (now - this.lastTold >= Math.min(TELL_MS, this.allowedMs / 4)) {
      this.lastTold = now;
      this.ears.here();
    }
  };

  private readonly check = (): boolean => {
    const over = Date.now() - this.lastUse >= this.allowedMs;
    if (over) {
      this.stop();
      this.ears.idle();
    }
    return over;
  };
}
