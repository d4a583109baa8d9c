// Leaving: at once, by button or three times Escape; by itself after ten idle minutes.
import { fields } from "./send";

const IDLE_MS = 600_000;
const ESCAPES_WITHIN_MS = 2_000;

let escapes: number[] = [];
let idle = 0;

// In a way that the oldest browsers know: nothing may fail here.
const empty = (): void => {
  document.title = "";
  document.body.textContent = "";
};

const clear = (): void => {
  empty();
  location.replace("/");
};

const leave = (): void => {
  const form = document.querySelector<HTMLElement>("form");
  const where = form?.dataset.leave ?? "/";
  // Told to the server without waiting: the screen must be empty now.
  navigator.sendBeacon?.("/", fields({ do: "leave" }));
  empty();
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
