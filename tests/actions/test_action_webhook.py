"""Rasa's action webhook, called as Rasa calls it, and the rules it asks."""

import pytest
from httpx import ASGITransport, AsyncClient

from actions.crossing import CROSSING_ACTIONS
from actions.webhook import build_webhook
from bot.intake.conversation import Step
from bot.intake.pending import PendingTurn
from bot.intake.ports import Kind
from bot.rule_book import RuleBook
from tests.fakes import NLU_DATA
from tests.house import TO_PREVIEW, TO_RELAY


@pytest.fixture
async def rasa(world):
    """A client that stands where Rasa stands."""
    app = build_webhook(world.turns.dialogue)
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://localhost") as one:
        yield one


def ask(action, sender="nobody", intent="confirm"):
    """What Rasa posts for an injected intent: it comes without a ranking."""
    message = {
        "intent": {"name": intent},
        "entities": [],
        "text": f"EXTERNAL: {intent}",
    }
    tracker = {
        "sender_id": sender,
        "slots": {},
        "latest_message": message,
        "events": [],
    }
    return {
        "next_action": action,
        "sender_id": sender,
        "tracker": tracker,
        "domain": {},
    }


def outcome_of(response):
    assert response.status_code == 200
    told = {event["name"]: event["value"] for event in response.json()["events"]}
    assert response.json()["responses"] == []
    return told["outcome"]


@pytest.fixture
async def standing(person, world):
    """Opens a turn of a person who stands in front of a step."""

    async def stand(*labels):
        await person.starts()
        await person.presses(*labels)
        told = person.conversation
        incoming = person.incoming(Kind.BUTTON, "x")
        return PendingTurn(incoming, told, told, world.clock())

    return stand


@pytest.mark.promise(5)
@pytest.mark.parametrize("action", [a.action_name for a in CROSSING_ACTIONS])
async def test_without_an_open_turn_nothing_changes(rasa, world, action):
    """Nobody but the person's own turn moves anything."""
    response = await rasa.post("/webhook", json=ask(action, sender="made up"))
    assert outcome_of(response) is None
    assert world.store.changes == []


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("intent", "outcome", "decision"),
    [("yes", "utter_consent_write", "yes"), ("no", "utter_handover_refused", "no")],
)
async def test_an_injected_answer_is_taken_as_given(
    rasa, world, standing, intent, outcome, decision
):
    """A yes is a yes and a no is a no, in the form in which Rasa sends them."""
    turn = await standing(*TO_PREVIEW, "confirm", "yes")
    with world.turns.dialogue._opened(turn):
        sender = turn.conversation.engine_id
        response = await rasa.post(
            "/webhook", json=ask("action_consent", sender=sender, intent=intent)
        )
    assert outcome_of(response) == outcome
    assert [one.decision for one in turn.consents] == [decision]


@pytest.mark.promise(5)
@pytest.mark.parametrize("intent", ["confirm", "go_on", "thanks", "", "Yes"])
async def test_only_a_yes_is_a_yes(rasa, world, standing, intent):
    """Whatever else arrives at a question of consent agrees to nothing."""
    turn = await standing(*TO_PREVIEW, "confirm", "yes", "yes")
    with world.turns.dialogue._opened(turn):
        sender = turn.conversation.engine_id
        await rasa.post(
            "/webhook", json=ask("action_consent", sender=sender, intent=intent)
        )
    assert turn.conversation.facts["consent_write"] == "no"


@pytest.mark.promise(5)
@pytest.mark.parametrize("labels", [TO_PREVIEW, (*TO_PREVIEW, "confirm", "yes")])
async def test_a_handover_out_of_turn_is_not_made(rasa, world, standing, labels):
    """Whatever the dialogue asks for, the rules look again."""
    turn = await standing(*labels)
    with world.turns.dialogue._opened(turn):
        sender = turn.conversation.engine_id
        response = await rasa.post("/webhook", json=ask("action_handover", sender))
    assert outcome_of(response) == "utter_preview"
    assert turn.new_case is None
    assert turn.conversation.case_id is None


@pytest.mark.promise(5)
async def test_consents_of_before_make_no_handover_from_the_text(
    rasa, world, standing, person
):
    """Even with every yes standing, the question before the handover is asked."""
    turn = await standing(*TO_PREVIEW, "confirm", "yes", "yes")
    facts = {**turn.conversation.facts, "consent_write": "yes"}
    turn.put(step=Step.PREVIEW, facts=facts)
    with world.turns.dialogue._opened(turn):
        sender = turn.conversation.engine_id
        await rasa.post("/webhook", json=ask("action_handover", sender))
    assert turn.new_case is None


async def test_the_turn_is_closed_when_it_is_over(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    engine_id = person.conversation.engine_id
    assert world.turns.dialogue.open_turn(engine_id) is None


@pytest.mark.parametrize("action", ["action_made_up", None])
async def test_an_unknown_action_is_no_success(rasa, action):
    response = await rasa.post("/webhook", json=ask(action))
    assert response.status_code in {404, 500}


@pytest.mark.parametrize("path", ["/", "/health", "/actions"])
async def test_nothing_else_is_served(rasa, path):
    assert (await rasa.get(path)).status_code in {404, 405}


def test_the_domain_and_the_code_name_the_same_actions():
    book = RuleBook(NLU_DATA)
    used = {
        name
        for rule in book._rules
        for name in rule.actions
        if name.startswith("action")
    }
    assert used == {action.action_name for action in CROSSING_ACTIONS}
