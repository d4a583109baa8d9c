/** The first screen: name and password in, an opened identity out. */

import { ApiError, type Api } from "./api.js";
import { fromBase64 } from "./bytes.js";
import { fill, h } from "./dom.js";
import { field, WorkForm } from "./form.js";
import { derivePasswordKeys, unwrapIdentity } from "./keys.js";
import type { SignedIn } from "./state.js";
import { troubleSentence, words } from "./words.js";

export type Enter = (session: SignedIn, identity: string) => void;

/** Shows the sign-in form, under a notice of why one is here if there is one. */
export function showSignIn(
  root: HTMLElement,
  api: Api,
  enter: Enter,
  notice = "",
): void {
  const name = field("name", words.signIn.name, { autocomplete: "username" });
  const password = field("password", words.signIn.password, {
    type: "password",
    autocomplete: "current-password",
  });
  const form: WorkForm = new WorkForm(
    words.signIn.button,
    () => signIn(api, form, name.input, password.input, enter),
    name.row,
    password.row,
  );
  fill(
    root,
    h(
      "main",
      { class: "card" },
      h("h1", {}, words.signIn.heading),
      notice !== "" && h("p", { class: "notice", role: "status" }, notice),
      form.element,
      h("p", { class: "hint" }, words.signIn.note),
    ),
  );
  name.input.focus();
}

async function signIn(
  api: Api,
  form: WorkForm,
  name: HTMLInputElement,
  password: HTMLInputElement,
  enter: Enter,
): Promise<void> {
  const empty = [name, password].find((input) => input.value === "");
  if (empty !== undefined) {
    empty.focus();
    return;
  }
  try {
    const { salt } = await api.salt(name.value);
    const keys = await derivePasswordKeys(password.value, fromBase64(salt), (done) =>
      form.say(words.signIn.stretching(Math.round(done * 100))),
    );
    form.say(words.signIn.checking);
    const session = await api.signIn(name.value, keys.signIn);
    // An outreach worker's account holds no key.
    const identity =
      session.wrapped === "" ? "" : await unwrapIdentity(session.wrapped, keys.unlock);
    password.value = "";
    enter(session, identity);
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "trouble";
    const wrong = code === "wrong_sign_in";
    if (wrong) password.value = "";
    form.refuse(troubleSentence(code), wrong ? password : undefined);
  }
}
