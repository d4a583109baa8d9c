"""What the dialogue may ask of the rules; each answer is the response to utter.

Rasa's actions call these with the turn that is open; the rules check everything
again, whatever the dialogue believes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import (
    ConsentError,
    ConsentRefusedError,
    ForbiddenStepError,
)
from bot.intake.consent import decide_consent, has_noted
from bot.intake.conversation import Step
from bot.intake.handover import compose_text, drop_noted, hand_over, lines_of
from bot.intake.pending import PendingTurn
from bot.intake.ports import Catalogs, Directory, Sealer, Store
from bot.intake.routing import propose_centre


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the asks need from outside the rules."""

    store: Store
    sealer: Sealer
    catalogs: Catalogs
    directory: Directory


def ask_centre(turn: PendingTurn, near: Neighbours) -> str:
    """Propose a centre for the region that the person named."""
    turn.go(Step.CENTRE)
    centre = propose_centre(turn.conversation.facts.get("region"))
    turn.set_fact("centre", centre)
    return "utter_centre_propose" if centre else "utter_centre_unknown"


def ask_preview(turn: PendingTurn, near: Neighbours) -> str:
    """Show the exact text; only what was shown can be agreed to."""
    centre = turn.conversation.facts.get("centre")
    if centre in {None, "central"}:
        turn.go(Step.CENTRE)
        return "utter_centre_unknown"
    turn.go(Step.PREVIEW)
    turn.args["text"] = compose_text(turn.conversation, near.catalogs, near.directory)
    turn.set_fact("previewed", "yes")
    return "utter_preview" if lines_of(turn.conversation) else "utter_preview_empty"


def ask_first_consent(turn: PendingTurn, near: Neighbours) -> str:
    """After the preview: ask about what was noted, or go on to the handover."""
    if has_noted(turn.conversation):
        turn.go(Step.CONSENT_NOTE)
        return "utter_consent_note"
    turn.go(Step.CONSENT_HANDOVER)
    return "utter_consent_handover"


def ask_consent(turn: PendingTurn, near: Neighbours, *, decision: str) -> str:
    """Record one yes or no, and say what comes next."""
    step = turn.conversation.step
    if turn.conversation.facts.get("previewed") != "yes":
        return ask_preview(turn, near)  # nobody can agree to what was not shown
    decide_consent(turn, decision, near.catalogs)
    return _AFTER_CONSENT[step, decision](turn, near)


def ask_handover(turn: PendingTurn, near: Neighbours) -> str:
    """Seal and hand over, or say truly that it did not happen."""
    if turn.conversation.step is not Step.CONSENT_WRITE:
        return ask_preview(turn, near)
    try:
        text = compose_text(turn.conversation, near.catalogs, near.directory)
        hand_over(
            turn,
            text=text,
            store=near.store,
            sealer=near.sealer,
            catalogs=near.catalogs,
        )
        turn.go(Step.RELAY)
    except ConsentRefusedError:
        return "utter_handover_refused"
    except (ConsentError, ForbiddenStepError, KeyError):
        return ask_preview(turn, near)
    except Exception:  # noqa: BLE001 (whatever failed, it is never reported as done)
        return "utter_handover_failed"
    return _say_handed_over(turn, near)


def _say_handed_over(turn: PendingTurn, near: Neighbours) -> str:
    if turn.new_case is None:
        return "utter_handover_failed"
    turn.args["case_number"] = turn.new_case.number
    is_open = near.directory.is_open(turn.new_case.centre, turn.now)
    # Honest waiting words: nobody is promised an answer while the door is closed.
    return "utter_handover_done" if is_open else "utter_handover_done_closed"


def _note_refused(turn: PendingTurn, near: Neighbours) -> str:
    drop_noted(turn)
    return ask_preview(turn, near)


def _handover_refused(turn: PendingTurn, near: Neighbours) -> str:
    turn.forget_answers()
    turn.go(Step.MENU)
    return "utter_handover_refused"


def _to_handover(turn: PendingTurn, near: Neighbours) -> str:
    turn.go(Step.CONSENT_HANDOVER)
    return "utter_consent_handover"


def _to_write(turn: PendingTurn, near: Neighbours) -> str:
    turn.go(Step.CONSENT_WRITE)
    return "utter_consent_write"


_AFTER_CONSENT: Mapping[tuple[Step, str], Callable[[PendingTurn, Neighbours], str]] = {
    (Step.CONSENT_NOTE, "yes"): _to_handover,
    (Step.CONSENT_NOTE, "no"): _note_refused,
    (Step.CONSENT_HANDOVER, "yes"): _to_write,
    (Step.CONSENT_HANDOVER, "no"): _handover_refused,
    (Step.CONSENT_WRITE, "yes"): ask_handover,
    (Step.CONSENT_WRITE, "no"): ask_handover,
}
