"""What the dialogue may ask for on the way to a caseworker."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.intake import asks
from bot.intake.conversation import Step
from bot.intake.dialogue import Dialogue
from bot.intake.pending import PendingTurn


class CrossingAction(Action):
    """Finds the open turn, asks one rule, and hands its outcome to the dialogue."""

    action_name: str

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    def name(self) -> str:
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        turn = self._dialogue.open_turn(tracker.sender_id)
        if turn is None:  # nobody's turn: change nothing
            return [SlotSet("outcome", None)]
        return [SlotSet("outcome", self.ask(turn, tracker))]

    def ask(self, turn: PendingTurn, tracker: Tracker) -> str:
        """The one rule that this action asks."""
        raise NotImplementedError


class ProposeCentre(CrossingAction):
    """Proposes a centre by region."""

    action_name = "action_propose_centre"

    def ask(self, turn: PendingTurn, tracker: Tracker) -> str:
        return asks.ask_centre(turn, self._dialogue.neighbours)


class ShowPreview(CrossingAction):
    """Shows the exact text."""

    action_name = "action_preview"

    def ask(self, turn: PendingTurn, tracker: Tracker) -> str:
        return asks.ask_preview(turn, self._dialogue.neighbours)


class DecideConsent(CrossingAction):
    """Goes from the preview to the questions of consent, and records each answer."""

    action_name = "action_consent"

    def ask(self, turn: PendingTurn, tracker: Tracker) -> str:
        near = self._dialogue.neighbours
        if turn.conversation.step is Step.PREVIEW:
            return asks.ask_first_consent(turn, near)
        # Not get_intent_of_latest_message(): an injected intent has no ranking.
        intent = (tracker.latest_message or {}).get("intent") or {}
        decision = "yes" if intent.get("name") == "yes" else "no"
        return asks.ask_consent(turn, near, decision=decision)


class HandOver(CrossingAction):
    """Tries a handover again that could not be made."""

    action_name = "action_handover"

    def ask(self, turn: PendingTurn, tracker: Tracker) -> str:
        return asks.ask_handover(turn, self._dialogue.neighbours)


CROSSING_ACTIONS = (ProposeCentre, ShowPreview, DecideConsent, HandOver)
