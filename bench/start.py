"""From the command to the first answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from bench.house import HouseServer
from bench.rounds import NewHouse, NewStock
from bench.stock import StockServer
from bench.talk import WrongAnswerError

PATIENCE_SECONDS = 120
DID_NOT_START = "A server did not start; its log is in var/bench."
_NOT_YET = (aiohttp.ClientError, WrongAnswerError, TimeoutError)


class DidNotStartError(Exception):
    """A server ended or did not answer in time; its log tells more."""


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds from the command until a person was answered.

    Args:
        first: first page, stop and numbers.
        whole: the engine has answered a text, and the desk is there.
    """

    first: float
    whole: float


async def wait_for_house(
    server: HouseServer, session: aiohttp.ClientSession, new_house: NewHouse
) -> Started:
    """Wait until all of the house answers.

    Raises:
        DidNotStartError: it ended, or not all of it answered in two minutes.
    """
    began = time.monotonic()

    async def stop_and_numbers() -> None:
        talk = await new_house(None)
        await talk.press("stop")
        await talk.press("numbers")

    async def text() -> None:
        await (await new_house(None)).text()

    async def desk() -> None:
        async with session.get(server.desk) as response:
            response.raise_for_status()

    await _until(server, stop_and_numbers)
    first = time.monotonic() - began
    await _until(server, text, every=0.1)
    await _until(server, desk)
    return Started(first, time.monotonic() - began)


async def wait_for_stock(server: StockServer, new_stock: NewStock) -> float:
    """Seconds until stock Rasa has answered a text."""
    began = time.monotonic()

    async def text() -> None:
        await new_stock().text()

    await _until(server, text, every=0.1)
    return time.monotonic() - began


async def _until(
    server: HouseServer | StockServer,
    answered: Callable[[], Awaitable[None]],
    *,
    every: float = 0.02,
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            await answered()
        except _NOT_YET as error:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStartError(DID_NOT_START) from error
            await asyncio.sleep(every)
        else:
            return
