"""What a choice, a typed answer or a skip means for what is remembered."""

from bot.intake.conversation import DRAFT_OF_STEP, FACT_OF_STEP, Intent, Step
from bot.intake.pending import PendingTurn

_YES_NO_STEPS = frozenset({Step.SAFETY_TALK, Step.SAFETY_PHONE, Step.AGE})
_AGE = {"yes": "adult", "no": "minor"}


def note_choice(turn: PendingTurn, step: Step, intent: Intent) -> bool:
    """Record the answer to this step's question; True if it was answered."""
    if intent.name == "inform":
        if step is Step.CONTACT_WHEN:
            turn.set_fact("contact_when", None)  # what was typed replaces the choice
        return True
    fact, draft = FACT_OF_STEP.get(step), DRAFT_OF_STEP.get(step)
    if intent.name == "skip" and (fact or draft):
        if fact:
            turn.set_fact(fact, None)
        if draft:
            turn.set_draft(draft, None)
        return True
    value = _chosen(step, intent)
    if fact is None or value is None:
        return False
    turn.set_fact(fact, value)
    if draft:
        turn.set_draft(draft, None)  # the choice replaces what was typed
    return True


def _chosen(step: Step, intent: Intent) -> str | None:
    """The value that a button carries, or that a typed yes or no stands for."""
    if intent.name in {"yes", "no"} and step in _YES_NO_STEPS:
        return _AGE[intent.name] if step is Step.AGE else intent.name
    return intent.get("choice")
