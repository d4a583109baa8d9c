/** From an invitation to an account: the centre's identity is made or brought. */

import { ApiError, type Api, type Invitation } from "./api.js";
import { toBase64 } from "./bytes.js";
import { fill, h } from "./dom.js";
import { field, WorkForm, type Field } from "./form.js";
import {
  derivePasswordKeys,
  newIdentity,
  newSalt,
  proposePassword,
  recipientOf,
  wrapIdentity,
} from "./keys.js";
import { showRecoveryKey } from "./recovery.js";
import type { Enter } from "./signin.js";
import { troubleSentence, words } from "./words.js";

const SHORTEST_PASSWORD = 12;

interface Wishes {
  readonly alias: string;
  readonly name: string;
  readonly password: string;
}

/** Checks the invitation, then asks for what an account needs. */
export async function showSetUp(
  root: HTMLElement,
  api: Api,
  token: string,
  enter: Enter,
): Promise<void> {
  fill(root, h("main", { class: "card", role: "status" }, words.setUp.checking));
  try {
    const invitation = await api.invitation(token);
    new SetUpScreen(root, api, token, invitation, enter).ask();
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "trouble";
    fill(root, h("main", { class: "card", role: "alert" }, troubleSentence(code)));
  }
}

class SetUpScreen {
  private readonly alias = field("alias", words.setUp.alias, {
    hint: words.setUp.aliasHint,
    maxlength: 40,
  });
  private readonly name = field("name", words.setUp.name, {
    autocomplete: "username",
    maxlength: 80,
  });
  private readonly password = field("password", words.setUp.password, {
    type: "password",
    autocomplete: "new-password",
    hint: words.setUp.passwordHint,
  });
  private readonly again = field("again", words.setUp.again, {
    type: "password",
    autocomplete: "new-password",
  });
  private readonly recoveryKey = field("recovery-key", words.setUp.recoveryKey, {
    hint: words.setUp.recoveryHint,
  });
  private readonly proposal = h("p", { class: "proposal", role: "status" });
  private readonly form: WorkForm;
  /** Made once: a key already on paper must stay the key, whatever goes wrong. */
  private made: string | null = null;
  private onPaper = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly api: Api,
    private readonly token: string,
    private readonly invitation: Invitation,
    private readonly enter: Enter,
  ) {
    const propose = h(
      "button",
      { type: "button", onclick: () => this.propose() },
      words.setUp.propose,
    );
    this.form = new WorkForm(
      this.isFirst ? words.setUp.next : words.setUp.finish,
      () => this.submit(),
      this.needsKey && this.recoveryKey.row,
      this.alias.row,
      this.name.row,
      this.password.row,
      this.again.row,
      h("div", { class: "field" }, propose, this.proposal),
    );
  }

  /** Shows the form. */
  ask(): void {
    fill(
      this.root,
      h(
        "main",
        { class: "card" },
        h("h1", {}, words.setUp.heading(this.invitation.centre.name)),
        h("p", {}, words.setUp[this.kind]),
        this.form.element,
      ),
    );
    (this.needsKey ? this.recoveryKey : this.alias).input.focus();
  }

  private get kind(): "outreach" | "first" | "joining" {
    if (this.invitation.role === "outreach") return "outreach";
    return this.invitation.recipient === null ? "first" : "joining";
  }

  private get isFirst(): boolean {
    return this.kind === "first";
  }

  private get needsKey(): boolean {
    return this.kind === "joining";
  }

  private propose(): void {
    const password = proposePassword();
    this.password.input.value = password;
    this.again.input.value = password;
    const shown = h("strong", { class: "key" }, password);
    fill(this.proposal, `${words.setUp.proposed} `, shown);
  }

  private async submit(): Promise<void> {
    const wishes = this.readWishes();
    if (wishes === null) return;
    const identity = await this.findIdentity();
    if (identity === null) return;
    if (!this.isFirst || this.onPaper) {
      await this.finish(this.form, wishes, identity);
      return;
    }
    // Shown before anything is stored: a key that nobody copied must not exist.
    showRecoveryKey(this.root, this.invitation.centre.name, identity, (form) => {
      this.onPaper = true;
      return this.finish(form, wishes, identity);
    });
  }

  /** "" for an account that opens nothing; null when the key is not right yet. */
  private async findIdentity(): Promise<string | null> {
    if (this.kind === "outreach") return "";
    if (this.isFirst) return (this.made ??= await newIdentity());
    return this.readRecoveryKey();
  }

  private readWishes(): Wishes | null {
    const fields: Field[] = [this.alias, this.name, this.password, this.again];
    if (this.needsKey) fields.unshift(this.recoveryKey);
    const empty = fields.find(({ input }) => input.value.trim() === "");
    if (empty !== undefined) {
      empty.input.focus();
      return null;
    }
    const password = this.password.input.value;
    if (password.length < SHORTEST_PASSWORD) {
      this.form.refuse(words.setUp.short, this.password.input);
      return null;
    }
    if (password !== this.again.input.value) {
      this.form.refuse(words.setUp.different, this.again.input);
      return null;
    }
    const [alias, name] = [this.alias.input.value, this.name.input.value];
    return { alias: alias.trim(), name: name.trim(), password };
  }

  private async readRecoveryKey(): Promise<string | null> {
    const input = this.recoveryKey.input;
    const identity = input.value.replace(/\s/g, "").toUpperCase();
    try {
      if ((await recipientOf(identity)) === this.invitation.recipient) return identity;
      this.form.refuse(words.setUp.otherKey, input);
    } catch {
      this.form.refuse(words.setUp.notAKey, input);
    }
    return null;
  }

  private async finish(
    form: WorkForm,
    wishes: Wishes,
    identity: string,
  ): Promise<void> {
    const salt = newSalt();
    const keys = await derivePasswordKeys(wishes.password, salt, (done) =>
      form.say(words.setUp.stretching(Math.round(done * 100))),
    );
    try {
      const session = await this.api.setUp({
        token: this.token,
        name: wishes.name,
        alias: wishes.alias,
        salt: toBase64(salt),
        key: keys.signIn,
        ...(identity === "" ? {} : await sealedIdentity(identity, keys.unlock)),
      });
      this.enter(session, identity);
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "trouble";
      if (code === "name_taken" && this.isFirst) this.ask();
      const input = code === "name_taken" ? this.name.input : undefined;
      (code === "name_taken" ? this.form : form).refuse(troubleSentence(code), input);
    }
  }
}

async function sealedIdentity(
  identity: string,
  unlock: string,
): Promise<{ recipient: string; wrapped: string }> {
  const recipient = await recipientOf(identity);
  return { recipient, wrapped: await wrapIdentity(identity, unlock) };
}
