// The person's page without reloads. Without this script the same forms work.
import { send } from "./send";
import { guard } from "./guard";
import { keepLive } from "./live";

const field = (name: string): HTMLInputElement =>
  document.querySelector(`[name=${name}]`) as HTMLInputElement;

const show = (name: string, on: boolean): void => {
  const note = document.querySelector<HTMLElement>(`[data-${name}]`);
  if (note) note.hidden = !on;
};

let busy = false;

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
  const lines = main.querySelectorAll("[data-line]");
  (main as HTMLElement).focus({ preventScroll: true });
  if (kept.length) lines[lines.length - 1]?.scrollIntoView({ block: "end" });
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

const press = (value: string): void => {
  if (value === "leave") return guard.leave();
  if (busy) return;
  const text = field("text") as HTMLInputElement | null;
  if (value === "say" && text && !text.value.trim()) return text.focus();
  busy = true;
  document.body.className = "busy";
  show("offline", false);
  show("sending", true);
  send({ do: value, text: value === "say" && text ? text.value : "", code: field("code")?.value ?? "" })
    .then(replacePage)
    .catch(() => show("offline", true)) // the typed words stay where they are
    .finally(() => {
      busy = false;
      document.body.className = "";
      show("sending", false);
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
