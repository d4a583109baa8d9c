// Asks for news while a caseworker has the conversation, and adds what is new.
import { send } from "./send";

const REST_MS = 1_000;
const REST_OFFLINE_MS = 5_000;
let asking = false;

const hidden = (name: string): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>(`[name=${name}]`);

// Where words go has changed: the field must not be called "to the centre" any more.
const replaceFooter = (fresh: Document): void => {
  const old = document.querySelector("footer");
  const now = fresh.querySelector("footer");
  if (!old || !now) return;
  const typed = old.querySelector("textarea")?.value ?? "";
  const shown = document.importNode(now, true);
  old.replaceWith(shown);
  const field = shown.querySelector("textarea");
  if (field) field.value = typed;
};

const add = (fresh: Document): void => {
  const main = document.querySelector("main[data-live]");
  const news = fresh.querySelector("main");
  if (!main || !news) return;
  for (const line of Array.from(news.querySelectorAll("[data-line]"))) {
    const id = line.getAttribute("data-id");
    if (id && main.querySelector(`[data-id="${id}"]`)) continue;
    main.querySelector("[data-waiting]")?.remove();
    const shown = document.importNode(line, true);
    main.append(shown);
    shown.scrollIntoView({ block: "nearest" });
  }
  const seen = fresh.querySelector<HTMLInputElement>("[name=seen]")?.value;
  const mine = hidden("seen");
  if (mine && seen && Number(seen) > Number(mine.value)) mine.value = seen;
  if (news.hasAttribute("data-live")) return;
  main.removeAttribute("data-live");
  replaceFooter(fresh);
};

export const keepLive = (): void => {
  if (asking || !document.querySelector("main[data-live]")) return;
  asking = true;
  send({ do: "wait", live: "1" })
    .page.then((fresh) => {
      add(fresh);
      return REST_MS;
    })
    .catch(() => REST_OFFLINE_MS)
    .then((rest) =>
      setTimeout(() => {
        asking = false;
        keepLive();
      }, rest),
    );
};
