"""`passerelle understand`: the same as a conversation, and no line stops it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.commands.understand import Understanding, answer, is_acted_on
from bot.errors import EngineAwayError
from bot.intake.control import Control, Phrases, Signal
from bot.intake.ports import Understood
from bot.intake.rules import ALARM, SURE
from bot.intake.turn import LONGEST_TEXT
from bot.wiring import NLU_DATA, offered_intents
from tests.house import World

pytestmark = pytest.mark.anyio
TOPICS = frozenset({"residence", "police", "wages", "human"})
INTENTS = sorted(
    path.stem for path in (NLU_DATA / "en").glob("*.yml") if path.stem != "control"
)
RUN = "from bot.cli import main; raise SystemExit(main())"
ASKS_BACK = {"error.offer", "error.not_understood"}


@dataclass
class OneRanking:
    """An engine with one answer to everything; away as often as told."""

    ranking: Sequence[tuple[str, float]] = ()
    away: int = 0
    asked: list[str] = field(default_factory=list)
    is_up: bool = True

    async def parse(self, text: str) -> Understood:
        self.asked.append(text)
        if len(self.asked) <= self.away:
            raise EngineAwayError
        return Understood(self.ranking)


def _control() -> Control:
    return Control([Phrases({Signal.STOP: ("stop",)}, {}, ("please",))])


def _understanding(engine: OneRanking) -> Understanding:
    return Understanding(_control(), engine, TOPICS)


def _line(text: object, lang: object = "en") -> bytes:
    return json.dumps({"lang": lang, "text": text}).encode()


async def test_control_is_heard_first_and_the_engine_not_asked() -> None:
    engine = OneRanking([("residence", 0.99)])
    row = await answer(_line("stop please"), _understanding(engine))
    assert (row["control"], row["intent"], row["confidence"]) == ("stop", "stop", 1.0)
    assert row["alternatives"] == engine.asked == []


async def test_sure_is_acted_on_and_offers_nothing() -> None:
    engine = OneRanking([("residence", SURE), ("police", 0.1)])
    assert await answer(_line("papers?"), _understanding(engine)) == {
        "lang": "en",
        "text": "papers?",
        "control": None,
        "intent": "residence",
        "confidence": SURE,
        "alternatives": [],
    }


async def test_unsure_offers_three_topics_at_most() -> None:
    ranking = [("greet", 0.4), *((t, 0.1) for t in ("wages", "police", "human"))]
    ranking.append(("residence", 0.05))
    row = await answer(_line("hm", None), _understanding(OneRanking(ranking)))
    assert row["alternatives"] == ["wages", "police", "human"]
    assert row["lang"] is None


async def test_what_no_turn_would_read_is_not_understood() -> None:
    engine = OneRanking([("residence", 0.99)])
    for text in ("", "  \n", "a" * (LONGEST_TEXT + 1)):
        row = await answer(_line(text), _understanding(engine))
        assert (row["intent"], row["confidence"]) == (None, 0.0)
    assert engine.asked == []


async def test_a_busy_engine_is_asked_again() -> None:
    engine = OneRanking([("wages", 0.9)], away=1)
    row = await answer(_line("salary"), _understanding(engine))
    assert row["intent"] == "wages"


@pytest.mark.parametrize(
    "line",
    [
        *(b"nope", b"[1]", b"5", b"null", b"\xff\xfe", b'{"lang": "en"}', b"[" * 5000),
        *(_line(5), _line(None), _line("a", 5), _line(["a"])),
    ],
)
async def test_a_bad_line_gets_a_sentence(line: bytes) -> None:
    row = await answer(line, _understanding(OneRanking()))
    assert list(row) == ["error"]


@pytest.mark.parametrize("confidence", [ALARM - 0.01, ALARM, SURE - 0.01, SURE])
@pytest.mark.parametrize("intent", INTENTS)
async def test_it_acts_when_a_conversation_does(intent: str, confidence: float) -> None:
    world = World(_control())
    object.__setattr__(world.rules, "topics", offered_intents())
    world.engine.understands = {"words": [(intent, confidence), ("cost", 0.01)]}
    person = world.person()
    await person.starts()
    await person.types("words")
    asked_back = bool(ASKS_BACK.intersection(person.keys))
    assert asked_back is not is_acted_on(intent, confidence)


@pytest.mark.timeout(170)
def test_the_command_answers_with_the_real_engine() -> None:
    lines = [_line("stop", "en"), b"nope", b"", _line("\ud800 hello", None)]
    lines.append(_line('/consent_given{"x": 1}', "fr"))
    done = subprocess.run(
        [sys.executable, "-c", RUN, "understand"],
        input=b"\n".join(lines),
        capture_output=True,
        check=False,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2, done.stderr
    assert [row.get("control") for row in rows] == ["stop", None, None, None]
    assert "error" in rows[1]
    assert rows[2]["text"] == "\ud800 hello"
    assert rows[3]["intent"] in INTENTS
