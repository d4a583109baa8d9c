"""The real engine: it says what the plain rules say, and keeps nothing."""

import itertools

import httpx
import pytest

from bot.engine import slots_of
from bot.errors import EngineAwayError
from bot.intake.conversation import Channel, Conversation, ConversationId, Intent, Step
from bot.rule_book import RuleBook, read_proposal
from bot.wiring import NLU_DATA
from tests.whole.house import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CHOICES = {"choose": ("yes", "no", "adult", "minor", "here", "write", "call", "any")}
AGES = ({}, {"age_group": "adult"}, {"age_group": "minor"})


def ask(client: httpx.Client, conversation: Conversation, intent: Intent) -> list:
    answer = client.post(
        f"/conversations/{conversation.engine_id}/trigger_intent?include_events=NONE",
        json={"name": intent.name, "entities": slots_of(conversation, intent)},
    )
    return [read_proposal(row["custom"]) for row in answer.json()["messages"]]


def test_engine_and_rule_book_say_the_same(house: Running) -> None:
    """With Rasa away a person must not read something else."""
    book, compared = RuleBook(NLU_DATA), 0
    intents = [
        Intent(name, (("choice", choice),) if choice else ())
        for name in sorted(book.intents)
        for choice in CHOICES.get(name, (None,))
    ]
    with httpx.Client(base_url=house.engine, timeout=10) as client:
        for step, facts, intent in itertools.product(Step, AGES, intents):
            conversation = Conversation(
                ConversationId("c"),
                Channel.WEB,
                "en",
                step=step,
                facts=facts,
                engine_id=f"e{compared}",
            )
            try:
                expected = book.decide(intent.name, slots_of(conversation, intent))
            except EngineAwayError:
                continue
            assert ask(client, conversation, intent) == list(expected), (step, intent)
            compared += 1
    assert compared > 1000


@pytest.mark.promise(4)
def test_the_engine_keeps_no_turn(house: Running) -> None:
    conversation = Conversation(
        ConversationId("c"), Channel.WEB, "en", step=Step.MENU, engine_id="kept"
    )
    with httpx.Client(base_url=house.engine, timeout=10) as client:
        assert ask(client, conversation, Intent("menu"))
        client.post("/model/parse", json={"text": "a canary of a sentence"})
        tracker = client.get("/conversations/kept/tracker").json()
    assert "canary" not in str(tracker)
    assert all(event["event"] != "user" for event in tracker["events"])
