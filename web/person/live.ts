// Asks for news while a caseworker has the conversation, and adds what is new.
import { send } from "./send";

const REST_MS = 1_000;
const REST_OFFLINE_MS = 5_000;
let asking = false;

const hidden = (name: string): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>(`[name=${name}]`);

const add = (fresh: Document): void => {
  const main = document.querySelector("main[data-live]");
  const news = fresh.querySelector("main");
  if (!main || !news) return;
  for (const line of Array.from(news.querySelectorAll("[data-line]"))) {
    const id = line.getAttribute("data-id");
    if (id && main.querySelector(`[data-id="${id}"]`)) continue;
    const shown = document.importNode(line, true);
    main.append(shown);
    shown.scrollIntoView({ block: "nearest" });
  }
  const seen = fresh.querySelector<HTMLInputElement>("[name=seen]")?.value;
  const mine = hidden("seen");
  if (mine && seen && Number(seen) > Number(mine.value)) mine.value = seen;
  if (!news.hasAttribute("data-live")) main.removeAttribute("data-live");
};

export const keepLive = (): void => {
  if (asking || !document.querySelector("main[data-live]")) return;
  asking = true;
  send({ do: "wait", live: "1" })
    .then((fresh) => {
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
