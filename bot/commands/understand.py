"""`passerelle understand`: what a conversation would make of each line."""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from bot.engine import RasaEngine
from bot.engine_process import MODEL, ROOT, engine_command, engine_environment
from bot.errors import EngineAwayError, PasserelleError
from bot.intake.control import Control, Signal
from bot.intake.dialogue import offered_topics
from bot.intake.ports import Engine, Understood
from bot.intake.rules import ALARM, SURE
from bot.intake.turn import LONGEST_TEXT
from bot.language.control_lists import load_control
from bot.language.languages import Languages
from bot.rule_book import RuleBook
from bot.settings import Settings, read_settings
from bot.wiring import NLU_DATA, offered_intents

AT_ONCE = 8
LOADING_SECONDS = 120
TRIES = 5  # a busy machine may keep one answer waiting too long
_ALARMS = frozenset({"danger", "self_harm"})
_BAD_LINE = 'This line is not {"lang": ..., "text": "..."}.'


@dataclass(frozen=True, slots=True)
class Heard:
    """What is made of one text.

    Args:
        control: what control heard; the engine is then not asked.
        ranking: what the engine makes of it, best first; empty with control, and for
            a text that no turn would read.
        offered: the topics that would be offered as "did you mean".
        asks_back: whether a conversation would offer them rather than act.
    """

    control: Signal | None
    ranking: tuple[tuple[str, float], ...]
    offered: tuple[str, ...]
    asks_back: bool

    @property
    def intent(self) -> str | None:
        """The most likely intent; control is never in doubt."""
        if self.control is not None:
            return self.control.value
        return self.ranking[0][0] if self.ranking else None

    @property
    def confidence(self) -> float:
        """How likely it is, from 0 to 1."""
        if self.control is not None:
            return 1.0
        return self.ranking[0][1] if self.ranking else 0.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """Control first, then the engine, as in every turn."""

    control: Control
    engine: Engine
    topics: frozenset[str]

    async def hear(self, text: str) -> Heard:
        """What a conversation would make of this text.

        Raises:
            EngineAwayError: the engine does not answer.
        """
        signal = self.control.hear(text)
        if signal is not None or not text.strip() or len(text) > LONGEST_TEXT:
            return Heard(signal, (), (), asks_back=False)
        understood = await self._parse(text)
        asks_back = not is_acted_on(*understood.ranking[0])
        offered = offered_topics(understood, self.topics)
        return Heard(None, tuple(understood.ranking), tuple(offered), asks_back)

    async def _parse(self, text: str) -> Understood:
        for _ in range(TRIES - 1):
            try:
                return await self.engine.parse(text)
            except EngineAwayError:
                await asyncio.sleep(0.2)
        return await self.engine.parse(text)


def is_acted_on(intent: str, confidence: float) -> bool:
    """Whether a turn acts on this guess of the engine instead of asking back."""
    if intent == "erase":  # a guess must not destroy anything
        return False
    return confidence >= (min(ALARM, SURE) if intent in _ALARMS else SURE)


def load_understanding(engine: Engine) -> Understanding:
    """The understanding of every language; control hears more than the engine."""
    tags = [language.tag for language in Languages(NLU_DATA / "languages.yml").all]
    return Understanding(load_control(NLU_DATA, tags), engine, offered_intents())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe standard input and output."""
    parser.description = (
        'Reads JSON lines {"lang": "fr", "text": "..."} from standard input (lang'
        " may be null) and writes for each what control and engine understand."
        " Alternatives are the topics a conversation would offer because it is not"
        " sure; it acts on an intent without alternatives."
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer every line, in order; 2 if a line was no such JSON."""
    with engine_for(read_settings()) as settings:
        return asyncio.run(_answer_all(settings))


async def _answer_all(settings: Settings) -> int:
    async with RasaEngine(settings.engine_url, RuleBook(NLU_DATA)) as engine:
        await wait_for(engine)
        understanding = load_understanding(engine)
        pending: asyncio.Queue[asyncio.Task[dict[str, Any]] | None]
        pending = asyncio.Queue(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            group.create_task(_read_lines(understanding, pending, group))
            writing = group.create_task(_write_answers(pending))
    return 2 if writing.result() else 0


async def _read_lines(
    understanding: Understanding,
    pending: asyncio.Queue[asyncio.Task[dict[str, Any]] | None],
    group: asyncio.TaskGroup,
) -> None:
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        if line.strip():
            await pending.put(group.create_task(answer(line, understanding)))
    await pending.put(None)


async def _write_answers(
    pending: asyncio.Queue[asyncio.Task[dict[str, Any]] | None],
) -> int:
    """Write answers in the order of the questions; how many had none."""
    bad = 0
    while (task := await pending.get()) is not None:
        row = await task
        bad += "error" in row
        sys.stdout.buffer.write(_line_of(row))
        if pending.empty():  # somebody may be typing, and wait
            sys.stdout.buffer.flush()
    sys.stdout.buffer.flush()
    return bad


def _line_of(row: dict[str, Any]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half a character, which only an escape can hold
        return json.dumps(row).encode() + b"\n"


async def answer(line: bytes, understanding: Understanding) -> dict[str, Any]:
    """One line's answer; a line that is none of ours gets a sentence."""
    try:
        row = json.loads(line)
        lang, text = row.get("lang"), row["text"]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {"error": _BAD_LINE}
    if not isinstance(text, str) or not isinstance(lang, str | None):
        return {"error": _BAD_LINE}
    heard = await understanding.hear(text)
    return {
        "lang": lang,
        "text": text,
        "control": heard.control and heard.control.value,
        "intent": heard.intent,
        "confidence": round(heard.confidence, 4),
        "alternatives": list(heard.offered) if heard.asks_back else [],
    }


async def wait_for(engine: Engine) -> None:
    """Wait until the engine answers.

    Raises:
        PasserelleError: it never does.
    """
    deadline = time.monotonic() + LOADING_SECONDS
    while time.monotonic() < deadline:
        try:
            await engine.parse("?")
        except EngineAwayError:
            await asyncio.sleep(0.3)
        else:
            return
    raise PasserelleError("The engine did not start within two minutes.")


@contextmanager
def engine_for(settings: Settings) -> Iterator[Settings]:
    """The running engine of this machine, or one of our own for the while."""
    if asyncio.run(_is_ours(settings)):
        yield settings
        return
    with own_engine(settings) as own:
        yield own


@contextmanager
def own_engine(settings: Settings) -> Iterator[Settings]:
    """An engine of our own, with the model that is there now, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own = replace(settings, engine_port=int(probe.getsockname()[1]))
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "engine.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 (our own command)
                engine_command(own),
                cwd=ROOT,  # where the engine finds our own parts of it
                env=engine_environment(own),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield own
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it holds nothing worth saving
            process.wait()


async def _is_ours(settings: Settings) -> bool:
    """Whether what listens at the engine's port is Rasa with our model."""
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{settings.engine_url}/status") as response,
        ):
            return MODEL.name in str((await response.json())["model_file"])
    except (TimeoutError, aiohttp.ClientError, ValueError, LookupError, TypeError):
        return False
