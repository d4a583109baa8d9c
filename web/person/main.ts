// The person's page without reloads. Without this script the same forms work.
import { send, type Sending } from "./send";
import { guard } from "./guard";
import { keepLive } from "./live";

const field = (name: string): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>(`[name=${name}]`);

const show = (name: string, on: boolean): void => {
  const note = document.querySelector<HTMLElement>(`[data-${name}]`);
  if (note) note.hidden = !on;
};

// On a slow line these need not wait for an answer that may never come.
const AT_ONCE = ["stop", "numbers", "erase"];
let underWay: Sending | null = null;

// The whole form is put in place of the old one: language and direction may change.
const replacePage = (fresh: Document): void => {
  const form = fresh.querySelector("form");
  const old = document.querySelector("form");
  if (!form || !old) return guard.clear();
  const kept = talkSoFar(fresh);
  document.documentElement.lang = fresh.documentElement.lang;
  document.documentElement.dir = fresh.documentElement.dir;
  old.replaceWith(document.importNode(form, true));
  const main = document.querySelector("main");
  if (!main) return;
  const first = main.querySelector("[data-line]");
  for (const line of kept) main.insertBefore(line, first);
  prepare();
  (main as HTMLElement).focus({ preventScroll: true });
  if (kept.length) (first ?? main).scrollIntoView({ block: "start" });
  else scrollTo(0, 0);
};

// While a caseworker and the person talk, what was said stays on the screen.
const talkSoFar = (fresh: Document): Element[] => {
  const live = document.querySelector("main[data-live]");
  if (!live || !fresh.querySelector("main[data-live]")) return [];
  const shown = new Set(
    Array.from(fresh.querySelectorAll("[data-id]"), (l) => l.getAttribute("data-id")),
  );
  return Array.from(live.querySelectorAll(".mine, .theirs")).filter(
    (line) => !shown.has(line.getAttribute("data-id")) || !line.hasAttribute("data-id"),
  );
};

const isBusy = (on: boolean): void => {
  document.body.className = on ? "busy" : "";
  show("sending", on);
};

const press = (pressed: string): void => {
  if (pressed === "leave") return guard.leave();
  if (underWay && !AT_ONCE.includes(pressed)) return;
  underWay?.giveUp();
  const text = field("text")?.value ?? "";
  const code = field("code")?.value ?? "";
  const value = pressed === "say" && !text.trim() && code.trim() ? "return" : pressed;
  if (value === "say" && !text.trim()) return field("text")?.focus();
  show("offline", false);
  isBusy(true);
  const sending = send({ do: value, text: value === "say" ? text : "", code });
  underWay = sending;
  sending.page
    .then(replacePage)
    .catch(() => show("offline", true)) // the typed words stay where they are
    .then(() => {
      if (underWay !== sending) return;
      underWay = null;
      isBusy(false);
    });
};

const prepare = (): void => {
  const look = document.querySelector<HTMLElement>("[data-look]");
  if (look) look.hidden = true; // the script looks by itself
  keepLive();
};

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  press(button?.value ?? "say");
});
// Old browsers have no submitter: the press itself says which button it was.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest?.("button");
  if (!button) return;
  event.preventDefault();
  press(button.value);
});
document.addEventListener("keydown", (event) => {
  const inText = (event.target as Element).id === "text";
  if (event.key === "Enter" && inText && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    press("say");
  }
});
guard.start();
prepare();
