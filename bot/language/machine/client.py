"""How the desk process reaches the translator: with sealed blobs, and without fear."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.language.machine.text import MOST_SEALED_BYTES
from bot.sockets import short_name

_LARGEST_ANSWER = 256 * 1024
_PATIENCE = aiohttp.ClientTimeout(total=3.0)
_TROUBLE = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


class TranslatorClient:
    """Asks the translator; none that is absent, hung or dying is ever an error here."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def pairs(self) -> Mapping[str, Any] | None:
        """To whom to seal, and every direction it translates; None if it is absent."""
        try:
            async with self._session() as session, session.get("/pairs") as answer:
                told = json.loads(await _read(answer))
        except (*_TROUBLE, RecursionError):
            return None
        return told if isinstance(told, dict) else None

    async def pass_on(self, blob: bytes) -> bytes | None:
        """The sealed answer to a sealed request; None if there is none, why ever."""
        if len(blob) > MOST_SEALED_BYTES:
            return None
        try:
            async with (
                self._session() as session,
                session.post("/sealed", data=blob) as answer,
            ):
                return await _read(answer)
        except _TROUBLE:
            return None

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        with short_name(self._socket) as path:
            async with aiohttp.ClientSession(
                "http://translator",
                connector=aiohttp.UnixConnector(path),
                timeout=_PATIENCE,
            ) as session:
                yield session


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """A whole answer of status 200, and not a large one."""
    body = await answer.content.read(_LARGEST_ANSWER)
    while not answer.content.at_eof() and len(body) < _LARGEST_ANSWER:
        body += await answer.content.read(_LARGEST_ANSWER)
    if answer.status != 200 or len(body) >= _LARGEST_ANSWER:
        raise ValueError(answer.status)
    return body
