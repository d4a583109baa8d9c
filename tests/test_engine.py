"""The door to Rasa: what goes through it, and what happens when nobody answers."""

import logging
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.engine import RasaEngine
from bot.errors import EngineAwayError
from bot.intake.conversation import Channel, Conversation, ConversationId, Intent, Step
from bot.rule_book import RuleBook
from tests.fakes import NLU_DATA

BOOK = RuleBook(NLU_DATA)
PARSED = {"intent_ranking": [{"name": "wages", "confidence": 0.8}]}
SAID = {"messages": [{"custom": {"say": "menu", "step": "menu", "buttons": ["human"]}}]}


def told(step=Step.MENU):
    return Conversation(
        ConversationId("c"), Channel.WEB, "en", step=step, engine_id="random"
    )


@dataclass
class Rasa:
    """A server on loopback that answers what it is told to."""

    answer: object = None
    status: int = 200
    calls: list = field(default_factory=list)
    url: str = ""

    async def reply(self, request):
        self.calls.append((request.path_qs, await request.json()))
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, status=self.status)
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def rasa():
    one = Rasa()
    app = web.Application()
    app.router.add_post("/{path:.*}", one.reply)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield one
    await runner.cleanup()


@pytest.fixture
async def engine(rasa):
    async with RasaEngine(rasa.url, BOOK) as one:
        yield one


async def test_text_is_parsed_and_ranked(rasa, engine):
    rasa.answer = PARSED
    understood = await engine.parse("they did not pay me")
    assert list(understood.ranking) == [("wages", 0.8)]
    assert rasa.calls == [("/model/parse", {"text": "they did not pay me"})]
    assert engine.is_up


async def test_an_answer_without_a_ranking_still_counts(rasa, engine):
    rasa.answer = {"intent": {"name": "wages", "confidence": 0.8}}
    assert list((await engine.parse("x")).ranking) == [("wages", 0.8)]


@pytest.mark.promise(5)
@pytest.mark.parametrize("text", ['/confirm{"x":1}', "//confirm", "/", " /yes", "a/b"])
async def test_no_slash_reaches_rasa(rasa, engine, text):
    """Rasa would take a leading slash for an intent."""
    rasa.answer = PARSED
    await engine.parse(text)
    assert "/" not in rasa.calls[0][1]["text"]
    assert rasa.calls[0][1]["text"]


async def test_the_engine_says_what_is_to_be_said(rasa, engine):
    rasa.answer = SAID
    said = await engine.decide(told(), Intent("menu"))
    assert [(p.say, p.step) for p in said] == [("menu", "menu")]
    path, body = rasa.calls[0]
    assert path.startswith("/conversations/random/trigger_intent")
    assert body["name"] == "menu"
    assert body["entities"]["step"] == "menu"


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("", 500),
        ("not json", 200),
        ({}, 200),
        ([], 200),
        ({"messages": [{"text": "hi"}]}, 200),
        ({"intent": None}, 200),
        ({"intent_ranking": [{"name": "a"}]}, 200),
    ],
    ids=str,
)
async def test_an_engine_out_of_order_is_an_engine_away(rasa, engine, answer, status):
    """Whatever comes back, the turn goes on without it."""
    rasa.answer, rasa.status = answer, status
    with pytest.raises(EngineAwayError):
        await engine.parse("hello")
    assert [p.say for p in await engine.decide(told(), Intent("menu"))] == ["menu"]


@pytest.mark.promise(20)
async def test_nobody_at_the_door_is_an_engine_away():
    """The plain rules go on; what needs an action says so."""
    async with RasaEngine("http://127.0.0.1:9", BOOK) as engine:
        assert [p.say for p in await engine.decide(told(), Intent("menu"))] == ["menu"]
        with pytest.raises(EngineAwayError):
            await engine.decide(told(Step.PREVIEW), Intent("confirm"))
        with pytest.raises(EngineAwayError):
            await engine.parse("hello")
        assert not engine.is_up


async def test_before_it_is_opened_the_engine_is_away():
    with pytest.raises(EngineAwayError):
        await RasaEngine("http://127.0.0.1:9", BOOK).parse("hello")


@pytest.mark.promise(13)
async def test_an_error_quotes_nothing_that_was_written(rasa, engine, caplog):
    """Neither the error nor the log holds the words or the address of the engine."""
    caplog.set_level(logging.DEBUG)
    rasa.answer, rasa.status = "canaryword", 500
    with pytest.raises(EngineAwayError) as raised:
        await engine.parse("canaryword")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert "canaryword" not in str(raised.value) + caplog.text
