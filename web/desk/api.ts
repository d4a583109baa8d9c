/** The server's answers, typed; a failed call becomes an ApiError with a code. */

import type { Pairs } from "./bridge.js";
import type { CardWish, Choices, Link, LinkWish } from "./linkparts.js";
import type { Reply } from "./replies.js";
import type { CaseRow, SealedLine, SignedIn } from "./state.js";

const TIMEOUT_MS = 20_000; // a claim may wait 12 s for a line already on its way
const CARD_TIMEOUT_MS = 90_000; // another card may be on the press before it

/** Why a call failed: the server's code, or "offline" when there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly by: string = "",
  ) {
    super(code);
  }
}

export interface Invitation {
  readonly centre: { readonly id: string; readonly name: string };
  readonly role: string;
  readonly recipient: string | null;
}

export interface SetUp {
  readonly token: string;
  readonly name: string;
  readonly alias: string;
  readonly salt: string;
  readonly key: string;
  /** Neither for an account without the centre's key. */
  readonly recipient?: string;
  readonly wrapped?: string;
}

export interface CaseList {
  readonly now: string;
  readonly cases: readonly CaseRow[];
}

export interface OpenedAnswer {
  readonly sealed_key: string;
  readonly recipient: string;
  readonly messages: readonly SealedLine[];
}

/** Calls the server; holds the session's token in this tab's memory only. */
export class Api {
  private token = "";

  useToken(token: string): void {
    this.token = token;
  }

  salt(name: string): Promise<{ salt: string }> {
    return this.call("POST", "/api/salt", { name });
  }

  signIn(name: string, key: string): Promise<SignedIn> {
    return this.call("POST", "/api/sign-in", { name, key });
  }

  invitation(token: string): Promise<Invitation> {
    return this.call("POST", "/api/invitation", { token });
  }

  setUp(form: SetUp): Promise<SignedIn> {
    return this.call("POST", "/api/set-up", { ...form });
  }

  here(): Promise<unknown> {
    return this.call("POST", "/api/here", {});
  }

  cases(): Promise<CaseList> {
    return this.call("GET", "/api/cases");
  }

  open(id: string): Promise<OpenedAnswer> {
    return this.call("POST", `/api/cases/${id}/open`, {});
  }

  messages(id: string, after: number): Promise<{ messages: SealedLine[] }> {
    return this.call("GET", `/api/cases/${id}/messages?after=${after}`);
  }

  write(id: string, toCase: string, toRelay: string): Promise<SealedLine> {
    const body = { to_case: toCase, to_relay: toRelay };
    return this.call("POST", `/api/cases/${id}/messages`, body);
  }

  act(id: string, action: CaseAction, number = ""): Promise<unknown> {
    return this.call("POST", `/api/cases/${id}/${action}`, { number });
  }

  writeIn(language: string): Promise<unknown> {
    return this.call("POST", "/api/writes-in", { language });
  }

  pairs(): Promise<Pairs> {
    return this.call("GET", "/api/translator");
  }

  translate(sealed: string): Promise<{ sealed: string }> {
    return this.call("POST", "/api/translator", { sealed });
  }

  replies(mine: string, theirs: string): Promise<{ replies: Reply[] }> {
    return this.call("GET", `/api/replies?mine=${mine}&theirs=${theirs}`);
  }

  links(): Promise<{ links: Link[]; choices: Choices }> {
    return this.call("GET", "/api/links");
  }

  makeLink(wish: LinkWish): Promise<Link> {
    return this.call("POST", "/api/links", { ...wish });
  }

  revokeLink(id: string): Promise<Link> {
    return this.call("POST", `/api/links/${id}/revoke`, {});
  }

  rotateLink(id: string): Promise<Link> {
    return this.call("POST", `/api/links/${id}/rotate`, {});
  }

  card(id: string, wish: CardWish): Promise<{ pdf: string }> {
    const { design, language, discreet } = wish;
    const query = new URLSearchParams({ design, language });
    if (discreet) query.set("discreet", "1");
    const path = `/api/links/${id}/card?${query.toString()}`;
    return this.call("GET", path, undefined, CARD_TIMEOUT_MS);
  }

  /** Ends the session on the server, also while the page is being left. */
  signOut(): void {
    if (this.token === "") return;
    const options = { ...this.options("POST", {}), keepalive: true };
    void fetch("/api/sign-out", options).catch(() => undefined);
    this.token = "";
  }

  /** The stream of "something changed" lines. */
  async live(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const options = { ...this.options("GET"), signal };
    const response = await reach("/api/live", options);
    if (!response.ok || response.body === null) throw await failure(response);
    return response.body;
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object,
    patience = TIMEOUT_MS,
  ): Promise<T> {
    const signal = AbortSignal.timeout(patience);
    const response = await reach(path, { ...this.options(method, body), signal });
    if (!response.ok) throw await failure(response);
    return (await response.json()) as T;
  }

  private options(method: string, body?: object): RequestInit {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (this.token !== "") headers["Authorization"] = `Bearer ${this.token}`;
    const base = { method, headers, cache: "no-store", credentials: "omit" } as const;
    return body === undefined ? base : { ...base, body: JSON.stringify(body) };
  }
}

export type CaseAction = "claim" | "hand-back" | "close" | "erase";

async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options);
  } catch {
    throw new ApiError("offline");
  }
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { code?: string; by?: string };
    return new ApiError(body.code ?? "trouble", body.by ?? "");
  } catch {
    return new ApiError("trouble");
  }
}
