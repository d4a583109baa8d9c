"""Consent: one question per purpose, and no handover without the answers."""

from bot.errors import ConsentMissingError, ConsentRefusedError, ConsentStaleError
from bot.intake.conversation import Conversation, Step
from bot.intake.pending import PendingTurn
from bot.intake.ports import Catalogs, ConsentDecision

# step -> (fact that holds the answer, catalog key of the question)
QUESTION_OF_STEP = {
    Step.CONSENT_NOTE: ("consent_note", "consent.note"),
    Step.CONSENT_HANDOVER: ("consent_handover", "consent.handover"),
    Step.CONSENT_WRITE: ("consent_write", "consent.write"),
}
NOTED_FACTS = ("contact_when", "contact_who")


def decide_consent(turn: PendingTurn, decision: str, catalogs: Catalogs) -> None:
    """Record the answer to the question of the current step."""
    fact, key = QUESTION_OF_STEP[turn.conversation.step]
    turn.set_fact(fact, decision)
    _record(turn, purpose_of(fact, turn.conversation), decision, key, catalogs)


def withdraw_consent(turn: PendingTurn, catalogs: Catalogs) -> None:
    """Take back every yes that stands."""
    for fact, key in QUESTION_OF_STEP.values():
        if turn.conversation.facts.get(fact) == "yes":
            purpose = purpose_of(fact, turn.conversation)
            _record(turn, purpose, "withdrawn", key, catalogs)
            turn.set_fact(fact, None)


def purpose_of(fact: str, conversation: Conversation) -> str:
    """What a consent is for; a handover names its one centre."""
    if fact == "consent_handover":
        return f"handover:{conversation.facts.get('centre', '')}"
    return {"consent_note": "note_contact", "consent_write": "write_here"}[fact]


def has_noted(conversation: Conversation) -> bool:
    """Whether the person left anything about how to be reached."""
    how = conversation.facts.get("contact_how", "here")
    return how != "here" or bool(conversation.draft)


def check_handover(conversation: Conversation) -> None:
    """Raise unless the person saw the text and agreed to every part of it."""
    facts = conversation.facts
    if facts.get("previewed") != "yes":
        raise ConsentStaleError
    needed = ["consent_handover"]
    if has_noted(conversation):
        needed.append("consent_note")
    for fact in needed:
        if facts.get(fact) == "no":
            raise ConsentRefusedError
        if facts.get(fact) != "yes":
            raise ConsentMissingError
    if "consent_write" not in facts:
        raise ConsentMissingError


def _record(
    turn: PendingTurn, purpose: str, decision: str, key: str, catalogs: Catalogs
) -> None:
    language = turn.conversation.language
    turn.consents.append(
        ConsentDecision(
            purpose=purpose,
            decision=decision,
            text_version=catalogs.version(language, key),
            language=language,
            review_status=catalogs.status(language),
            at=turn.now,
        )
    )
