// Leaving: at once, by button or three times Escape; by itself after ten idle minutes.
import { fields } from "./send";

const IDLE_MS = 600_000;
const ESCAPES_WITHIN_MS = 2_000;

let escapes: number[] = [];
let idle = 0;

const clear = (): void => {
  document.body.replaceChildren();
  location.replace("/");
};

const leave = (): void => {
  const form = document.querySelector<HTMLElement>("form");
  const where = form?.dataset.leave ?? "/";
  // Told to the server without waiting: the screen must be empty now.
  navigator.sendBeacon?.("/", fields({ do: "leave" }));
  document.body.replaceChildren();
  document.title = "";
  location.replace(where);
};

const stayAwake = (): void => {
  clearTimeout(idle);
  idle = window.setTimeout(clear, IDLE_MS);
};

const start = (): void => {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const now = Date.now();
    escapes = [...escapes.filter((at) => now - at < ESCAPES_WITHIN_MS), now];
    if (escapes.length >= 3) leave();
  });
  for (const sign of ["pointerdown", "keydown", "scroll", "touchstart"])
    document.addEventListener(sign, stayAwake, { passive: true });
  // The back button must find nothing, not even in the browser's own memory.
  addEventListener("pageshow", (event) => {
    if (event.persisted) clear();
  });
  stayAwake();
};

export const guard = { clear, leave, start };
