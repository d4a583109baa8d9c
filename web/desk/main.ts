/** Where the page begins: an invitation in the address, or the sign-in form. */

import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { Outreach } from "./outreach.js";
import { showSetUp } from "./setup.js";
import { showSignIn } from "./signin.js";
import type { SignedIn } from "./state.js";
import { words } from "./words.js";

const INVITATION = /^#invitation=([\w-]+)$/;

function start(root: HTMLElement): void {
  const api = new Api();
  let desk: Desk | Outreach | null = null;

  const enter = (session: SignedIn, identity: string): void => {
    api.useToken(session.token);
    const leave = (notice: string): void => {
      desk = null;
      showSignIn(root, api, enter, notice);
    };
    desk =
      session.me.role === "outreach"
        ? new Outreach(root, api, session, leave)
        : new Desk(root, api, session, identity, leave);
  };
  const begin = (): void => {
    const token = INVITATION.exec(location.hash)?.[1];
    // The address must not stay in the history of a shared computer.
    history.replaceState(null, "", "/");
    if (token === undefined) showSignIn(root, api, enter);
    else void showSetUp(root, api, token, enter);
  };

  // A page kept for the back button would keep its keys as well.
  window.addEventListener("pagehide", () => desk?.end(words.ended.signed_out));
  window.addEventListener("hashchange", () => {
    desk?.end(words.ended.signed_out);
    begin();
  });
  begin();
}

const root = document.getElementById("desk");
if (root !== null) start(root);
