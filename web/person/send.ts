// Sends the form and gives back the page that came, as a document: the browser
// reads it without running anything in it, so no text ever becomes a script.
const WAIT_MS = 30_000;

const value = (name: string): string =>
  document.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";

export const fields = (more: Record<string, string>): URLSearchParams =>
  new URLSearchParams({
    a: value("a"),
    n: value("n"),
    l: value("l"),
    seen: value("seen"),
    ...(value("k") ? { k: value("k") } : {}), // the link, until a first press
    ...more,
  });

export interface Sending {
  page: Promise<Document>;
  giveUp: () => void;
}

export const send = (more: Record<string, string>): Sending => {
  const request = new XMLHttpRequest();
  const page = new Promise<Document>((resolve, reject) => {
    request.open("POST", "/");
    request.responseType = "document";
    request.timeout = WAIT_MS;
    request.onload = () => {
      const fresh = request.responseXML;
      const refused = request.status >= 400 && "live" in more; // nobody asked for it
      if (fresh && fresh.querySelector("form") && !refused) resolve(fresh);
      else reject(new Error("no page"));
    };
    request.onerror = request.ontimeout = () => reject(new Error("offline"));
    request.send(fields(more));
  });
  return { page, giveUp: () => request.abort() };
};
