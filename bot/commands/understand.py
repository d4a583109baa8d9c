"""`passerelle understand`: what a conversation would make of each line."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.engine import RasaEngine
from bot.engine_process import engine_command, engine_environment
from bot.errors import EngineAwayError, PasserelleError
from bot.intake.control import Control
from bot.intake.dialogue import offered_topics
from bot.language.control_lists import load_control
from bot.language.languages import Languages
from bot.rule_book import RuleBook
from bot.settings import Settings, read_settings
from bot.supervisor import port_is_free
from bot.wiring import NLU_DATA, offered_intents

AT_ONCE = 8
LOADING_SECONDS = 120


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe standard input and output."""
    parser.description = (
        'Reads JSON lines {"lang": "fr", "text": "..."} from standard input (lang'
        " may be null) and writes for each what control and engine understand."
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer every line, in order; 2 if a line was no such JSON."""
    settings = read_settings()
    with _engine_at(settings) as ready:
        return asyncio.run(_answer_all(ready))


async def _answer_all(settings: Settings) -> int:
    tags = [language.tag for language in Languages(NLU_DATA / "languages.yml").enabled]
    control = load_control(NLU_DATA, tags)
    topics = offered_intents()
    bad = 0
    async with RasaEngine(settings.engine_url, RuleBook(NLU_DATA)) as engine:
        await _wait_for(engine)
        async for answer in _in_order(engine, control, topics):
            bad += "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return 2 if bad else 0


async def _in_order(
    engine: RasaEngine, control: Control, topics: frozenset[str]
) -> AsyncIterator[dict[str, Any]]:
    pending: list[asyncio.Task[dict[str, Any]]] = []
    for line in sys.stdin:
        if not line.strip():
            continue
        work = _answer(line, engine=engine, control=control, topics=topics)
        pending.append(asyncio.create_task(work))
        if len(pending) >= AT_ONCE:
            yield await pending.pop(0)
    for task in pending:
        yield await task


async def _answer(
    line: str, *, engine: RasaEngine, control: Control, topics: frozenset[str]
) -> dict[str, Any]:
    try:
        row = json.loads(line)
        lang, text = row.get("lang"), row["text"] + ""  # a text, or TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"error": 'This line is not {"lang": ..., "text": "..."}.'}
    signal = control.hear(text)
    answer = {"lang": lang, "text": text, "control": signal and signal.value}
    understood = await engine.parse(text)
    name, confidence = understood.ranking[0]
    offered = offered_topics(understood, topics)
    more = {"intent": name, "confidence": confidence, "alternatives": offered}
    return answer | more


async def _wait_for(engine: RasaEngine) -> None:
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
def _engine_at(settings: Settings) -> Iterator[Settings]:
    """The running engine of this machine, or one of our own for the while."""
    if not port_is_free("127.0.0.1", settings.engine_port):
        yield settings
        return
    with tempfile.TemporaryDirectory() as folder:
        log = (Path(folder) / "engine.log").open("wb")
        process = subprocess.Popen(  # noqa: S603 (our own command)
            engine_command(settings),
            env=engine_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield replace(settings)
        finally:
            os.killpg(process.pid, 15)
            process.wait()
            log.close()
