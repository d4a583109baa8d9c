"""The translator process: sealed words in, sealed words out, and no other way out."""

import asyncio
import json
import logging
import resource
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import CannotOpenError
from bot.language.machine.argos import CORES, Model, load_argos
from bot.language.machine.bridge import SLOW, Answer, Bridge
from bot.language.machine.confine import confine, limit_memory
from bot.language.machine.text import ENGINE, MOST_SEALED_BYTES
from bot.settings import Settings
from bot.sockets import listen
from bot.store.seal import RelayIdentity, Sealer

LONGEST_SECONDS = 2.0
MOST_WAITING = 16
LONGEST_TEXT = 4000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants translated, and to whom the answer is sealed."""

    text: str
    source: str
    target: str
    answer_to: str


@dataclass(slots=True)
class Translator:
    """The bridge behind its door: opens, translates in time, seals.

    Its identity is made here and never written down: what was sealed to it cannot be
    opened by anybody once the process has ended.
    """

    bridge: Bridge
    longest_seconds: float = LONGEST_SECONDS
    identity: RelayIdentity = field(default_factory=RelayIdentity.make)
    waiting: int = 0
    _workers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(CORES)
    )

    async def answer(self, blob: bytes) -> bytes | None:
        """The sealed answer; None if there are too many at once.

        Raises:
            CannotOpenError: it was sealed to someone else, or says nothing we know.
        """
        wish = _read_wish(self.identity.open(blob))
        if self.waiting >= MOST_WAITING:
            return None
        answer = await self._translate(wish)
        told = json.dumps(answer.as_json(), ensure_ascii=False)
        return Sealer().seal(wish.answer_to, told)

    async def _translate(self, wish: Wish) -> Answer:
        """The answer in time; the work for one that is late still counts as waiting."""
        deadline = time.monotonic() + self.longest_seconds
        words = (wish.text, wish.source, wish.target, deadline)
        self.waiting += 1
        work = asyncio.get_running_loop().run_in_executor(
            self._workers, self.bridge.translate, *words
        )
        work.add_done_callback(self._one_less)
        done, _ = await asyncio.wait([work], timeout=self.longest_seconds)
        if not done:
            return Answer(wish.source, wish.target, failed=SLOW)
        return work.result()

    def _one_less(self, _work: object) -> None:
        self.waiting -= 1


def serve_translator(settings: Settings) -> None:
    """Serve until asked to stop.

    Raises:
        CannotConfineError: connections cannot be forbidden here.
        SettingError: the socket cannot be made.
    """
    limit_memory(settings.translator_memory)
    load_argos()
    listening = listen(settings.translator_socket)
    confine()
    # From here on nothing can leave but answers to whoever opened this socket.
    bridge = Bridge(settings.packages, Model, settings.translator_pairs)
    config = uvicorn.Config(
        build_app(Translator(bridge)),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])


def build_app(translator: Translator) -> Starlette:
    """Its three routes."""

    async def tell_health(_request: Request) -> Response:
        return JSONResponse(_health(translator))

    async def tell_pairs(_request: Request) -> Response:
        ways = await asyncio.to_thread(translator.bridge.ways)
        told = {"recipient": translator.identity.recipient, "engine": ENGINE}
        return JSONResponse({**told, "directions": ways})

    async def take_sealed(request: Request) -> Response:
        return await _answer(translator, request)

    return Starlette(
        routes=[
            Route("/health", tell_health, methods=["GET"]),
            Route("/pairs", tell_pairs, methods=["GET"]),
            Route("/sealed", take_sealed, methods=["POST"]),
        ]
    )


async def _answer(translator: Translator, request: Request) -> Response:
    blob = b""
    async for chunk in request.stream():
        blob += chunk
        if len(blob) > MOST_SEALED_BYTES:
            return Response(status_code=413)
    try:
        answer = await translator.answer(blob)
    except (CannotOpenError, ValueError):
        return Response(status_code=422)
    except Exception as error:  # noqa: BLE001 (the edge of a request)
        _log.error("translating failed: %s", type(error).__name__)
        return Response(status_code=500)
    if answer is None:
        return Response(status_code=503)
    return Response(answer, media_type="application/octet-stream")


def _read_wish(words: str) -> Wish:
    """ValueError unless it is a wish."""
    told = json.loads(words)
    names = Wish.__slots__
    if not isinstance(told, dict) or not all(_is_text(told.get(n)) for n in names):
        raise ValueError("not a wish")
    wish = Wish(**{name: told[name] for name in names})
    if len(wish.text) > LONGEST_TEXT or not wish.text.strip():
        raise ValueError("too long, or empty")
    return wish


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _health(translator: Translator) -> Mapping[str, Any]:
    return {
        "warm": translator.bridge.warm,
        "waiting": translator.waiting,
        "megabytes": _megabytes(),
    }


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 1e6, 1)
