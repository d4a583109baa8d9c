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
    ...more,
  });

export const send = (more: Record<string, string>): Promise<Document> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/");
    request.responseType = "document";
    request.timeout = WAIT_MS;
    request.onload = () => {
      const page = request.responseXML;
      if (page && page.querySelector("form")) resolve(page);
      else reject(new Error("no page"));
    };
    request.onerror = request.ontimeout = () => reject(new Error("offline"));
    request.send(fields(more));
  });
