"""The text that is shown, agreed to and handed over: one and the same bytes."""

import secrets
from collections.abc import Iterator

from bot.errors import HandoverFailedError
from bot.intake.consent import check_handover
from bot.intake.conversation import CaseId, Conversation
from bot.intake.pending import PendingTurn
from bot.intake.ports import Catalogs, Directory, NewCase, Sealer, Store

CASE_NUMBER_DIGITS = 6
# line name -> the catalog key of its text, for answers out of a closed list
_CHOSEN = {
    "urgent": "case.line.urgent",
    "interpreter": "case.line.interpreter",
    "contact_how": "case.line.contact_how.{value}",
    "contact_when": "case.line.contact_when.{value}",
    "contact_who": "case.line.contact_who.{value}",
}
# line name -> key, for what the person typed
_TYPED = {
    "number": "case.line.number",
    "when": "case.line.when",
    "word": "case.line.word",
}
_ONLY_FOR_CENTRE = frozenset({"contact_how", "contact_when", "contact_who", "region"})
REMOVABLE = ("language", *_CHOSEN, *_TYPED)


def compose_text(
    conversation: Conversation, catalogs: Catalogs, directory: Directory
) -> str:
    """The exact text to be sent: in the person's language, then in the centre's."""
    centre = directory.centre(conversation.facts["centre"])
    languages = dict.fromkeys((conversation.language, centre.language))
    return "\n\n".join(
        "\n".join(_lines(conversation, catalogs, language)) for language in languages
    )


def lines_of(conversation: Conversation) -> list[str]:
    """The names of the lines that the text holds now, in their order."""
    facts, draft = conversation.facts, conversation.draft
    names = [] if facts.get("no_language") else ["language"]
    names += [name for name in _CHOSEN if name in facts]
    return names + [name for name in _TYPED if name in draft]


def _lines(
    conversation: Conversation, catalogs: Catalogs, language: str
) -> Iterator[str]:
    facts, draft = conversation.facts, conversation.draft
    for name in lines_of(conversation):
        if name == "language":
            own_name = catalogs.text(language, f"language.name.{conversation.language}")
            yield catalogs.text(language, "case.line.language", language_name=own_name)
        elif name in _CHOSEN:
            yield catalogs.text(language, _CHOSEN[name].format(value=facts[name]))
        else:
            yield catalogs.text(language, _TYPED[name], words=draft[name])


def remove_line(turn: PendingTurn, name: str) -> None:
    """Take one line out of the text; the person must see the rest again."""
    if name not in REMOVABLE:
        raise ValueError(name)
    if name == "language":
        turn.set_fact("no_language", "yes")
    elif name in {"when", "contact_when"}:  # chosen or typed, it is one line
        turn.set_draft("when", None)
        turn.set_fact("contact_when", None)
    elif name in _TYPED:
        turn.set_draft(name, None)
    else:
        turn.set_fact(name, None)


def drop_noted(turn: PendingTurn) -> None:
    """Leave out all about how to be reached: the person does not want it noted."""
    for name in ("contact_how", "contact_when", "contact_who"):
        turn.set_fact(name, None)
    for name in tuple(turn.conversation.draft):
        turn.set_draft(name, None)


def hand_over(
    turn: PendingTurn,
    *,
    text: str,
    store: Store,
    sealer: Sealer,
    catalogs: Catalogs,
) -> None:
    """Make the sealed case of exactly this text, for exactly the agreed centre."""
    conversation = turn.conversation
    check_handover(conversation)
    centre = conversation.facts["centre"]
    centre_recipient = store.centre_recipient(centre)
    if centre_recipient is None:
        # Nobody there could open it: never report this as done.
        raise HandoverFailedError
    recipient, sealed_key = sealer.new_case_key(centre_recipient)
    facts = conversation.facts
    turn.new_case = NewCase(
        id=CaseId(secrets.token_hex(16)),
        number="".join(secrets.choice("0123456789") for _ in range(CASE_NUMBER_DIGITS)),
        centre=centre,
        recipient=recipient,
        sealed_key=sealed_key,
        sealed_text=sealer.seal(recipient, text),
        language="" if facts.get("no_language") else conversation.language,
        urgent=facts.get("urgent") == "yes",
        interpreter=facts.get("interpreter") == "yes",
        may_write=facts.get("consent_write") == "yes",
        review_status=catalogs.status(conversation.language),
    )
    # What was handed over is now the centre's alone to read.
    kept = {k: v for k, v in facts.items() if k not in _ONLY_FOR_CENTRE}
    turn.put(case_id=turn.new_case.id, draft={}, facts=kept)
