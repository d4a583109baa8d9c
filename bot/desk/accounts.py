"""Signing in and out, and making an account from an invitation."""

import hmac
from dataclasses import replace
from typing import Any

from bot.desk.calls import Answer, Call, Trouble, encode
from bot.store.colleagues import (
    Colleague,
    Role,
    check_sign_in,
    choose_language,
    end_session,
    find_salt,
    fold_name,
    start_session,
)
from bot.store.invitations import NewAccount, SetUpRefusal, find_invitation, set_up
from bot.store.seal import Sealer

SALT_BYTES = 16
SIGN_IN_KEY_BYTES = 32
LONGEST_NAME = 80
LONGEST_ALIAS = 40
LARGEST_IDENTITY = 4096
LAST_RESORT = "en"


def give_salt(call: Call) -> Answer:
    """A name's salt; a name that does not exist has one too, always the same."""
    name = call.text("name", longest=LONGEST_NAME)
    invented = _invent_salt(call.parts.secret, name)
    with call.parts.database.read() as connection:
        known = find_salt(connection, name)
    return {"salt": encode(invented if known is None else known)}


def _invent_salt(secret: bytes, name: str) -> bytes:
    told = b"salt\0" + fold_name(name).encode()
    return hmac.digest(secret, told, "sha256")[:SALT_BYTES]


def sign_in(call: Call) -> Answer:
    """Start a session for who holds the sign-in key of this name."""
    name = call.text("name", longest=LONGEST_NAME)
    key = call.data("key", length=SIGN_IN_KEY_BYTES)
    folded = fold_name(name)
    if not call.throttle.allow(folded):
        return Trouble("slow_down")
    with call.parts.database.write() as connection:
        colleague = check_sign_in(connection, name, key)
        if colleague is None:
            return Trouble("wrong_sign_in")
        token = start_session(connection, colleague.id, now=call.parts.clock())
    call.throttle.forgive(folded)
    return _welcome(call, colleague, token)


def sign_out(call: Call) -> Answer:
    """End this session."""
    with call.parts.database.write() as connection:
        end_session(connection, call.token)
    return {}


def stay(_call: Call) -> Answer:
    """Somebody is at the page: the guard has noted it already."""
    return {}


def write_in(call: Call) -> Answer:
    """Note in which language the caller writes."""
    language = call.choice("language", call.parts.languages)
    if language is None:
        raise ValueError("language")
    with call.parts.database.write() as connection:
        choose_language(connection, call.caller.id, language)
    return {}


def show_invitation(call: Call) -> Answer:
    """What an unused invitation is for."""
    token = call.text("token", longest=LONGEST_NAME)
    with call.parts.database.read() as connection:
        invited = find_invitation(connection, token, now=call.parts.clock())
    if invited is None:
        return Trouble("no_invitation")
    return {
        "centre": _name_centre(call, invited.centre_id),
        "role": invited.role,
        "recipient": invited.recipient,
    }


def accept_invitation(call: Call) -> Answer:
    """Make the account, or renew it, and sign in."""
    token = call.text("token", longest=LONGEST_NAME)
    now = call.parts.clock()
    with call.parts.database.read() as connection:
        invited = find_invitation(connection, token, now=now)
    if invited is None:
        return Trouble(SetUpRefusal.NO_INVITATION.value)
    account = _read_account(call, invited.role)
    with call.parts.database.write() as connection:
        made = set_up(connection, token, account, now=now)
        if isinstance(made, SetUpRefusal):
            return Trouble(made.value)
        record = {
            "centre_id": made.centre_id,
            "colleague_role": made.role.value,
            "colleague_id": made.id,
            "event": "account_set_up",
            "at": now,
        }
        call.parts.audit.append(connection, record)
        session = start_session(connection, made.id, now=now)
    return _welcome(call, made, session)


def _read_account(call: Call, role: Role) -> NewAccount:
    account = NewAccount(
        name=call.text("name", longest=LONGEST_NAME),
        alias=call.text("alias", longest=LONGEST_ALIAS),
        salt=call.data("salt", length=SALT_BYTES),
        sign_in_key=call.data("key", length=SIGN_IN_KEY_BYTES),
    )
    if not role.holds_key:
        return account  # whatever else was sent: no key of a centre is kept with it
    recipient = call.text("recipient", longest=LONGEST_NAME)
    Sealer().seal(recipient, "")  # ValueError: cases could never be sealed to it
    wrapped = call.sealed("wrapped", longest=LARGEST_IDENTITY)
    return replace(account, recipient=recipient, wrapped_identity=wrapped)


def _welcome(call: Call, colleague: Colleague, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "me": {
            "alias": colleague.alias,
            "role": colleague.role,
            "writes_in": _language_of(call, colleague),
        },
        "languages": _tell_languages(call),
        "centre": _name_centre(call, colleague.centre_id),
        "wrapped": encode(colleague.wrapped_identity),
        "relay": call.parts.relay_recipient if colleague.role.holds_key else "",
        "idle_minutes": call.parts.idle_minutes,
    }


def _language_of(call: Call, colleague: Colleague) -> str:
    parts = call.parts
    chosen = colleague.writes_in
    if chosen is not None and chosen in parts.languages:
        return chosen
    return parts.first_languages.get(colleague.centre_id, LAST_RESORT)


def _tell_languages(call: Call) -> list[dict[str, str]]:
    parts = call.parts
    return [
        {
            "tag": tag,
            "name": name,
            "dir": "rtl" if tag in parts.right_to_left else "ltr",
        }
        for tag, name in parts.languages.items()
    ]


def _name_centre(call: Call, centre_id: str) -> dict[str, str]:
    return {"id": centre_id, "name": call.parts.centres.get(centre_id, centre_id)}
