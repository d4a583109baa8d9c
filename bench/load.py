"""Twenty conversations at once: how many turns are answered in a second."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from random import Random

from bench.rounds import NewHouse, NewStock
from bench.talk import draw

TALKERS = 20
BUTTONS, TEXTS, NUMBERS = 12, 6, 1  # and one stop: 60, 30 and 10 % of 20 turns
Turns = Callable[[int], AsyncIterator[None]]


def stock_turns(new_stock: NewStock) -> Turns:
    """What one person does, over and over; a control is stock's cheaper kind."""

    async def turns(seed: int) -> AsyncIterator[None]:
        lot = draw(seed)
        while True:
            talk = new_stock()
            for kind in _shuffled(lot, "b" * (BUTTONS + NUMBERS + 1) + "t" * TEXTS):
                await (talk.button() if kind == "b" else talk.text())
                yield

    return turns


def house_turns(new_house: NewHouse) -> Turns:
    """What one person does, over and over; opening the page counts as no turn."""

    async def turns(seed: int) -> AsyncIterator[None]:
        lot = draw(seed)
        while True:
            talk = await new_house(lot)
            kinds = "b" * BUTTONS + "t" * TEXTS + "n" * NUMBERS
            acts = {
                "b": talk.button,
                "t": talk.text,
                "n": partial(talk.press, "numbers"),
                "s": partial(talk.press, "stop"),
            }
            for kind in (*_shuffled(lot, kinds), "s"):
                await acts[kind]()
                yield

    return turns


async def turns_per_second(turns: Turns, seconds: float, *, seed: int = 0) -> float:
    """Turns answered in a second to twenty persons who never pause."""
    began = time.monotonic()
    counts = await asyncio.gather(
        *(_talk(turns(seed + n), began + seconds) for n in range(TALKERS))
    )
    return sum(counts) / (time.monotonic() - began)


async def _talk(turns: AsyncIterator[None], until: float) -> int:
    count = 0
    async for _ in turns:
        count += 1
        if time.monotonic() >= until:
            break
    return count


def _shuffled(lot: Random, kinds: str) -> list[str]:
    return lot.sample(kinds, len(kinds))
