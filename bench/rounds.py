"""Single turns, one after the other, in rounds that take turns between the two."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from statistics import median

from bench.talk import HouseTalk, StockTalk, draw

TURNS = 10  # of each kind, for each side, in a round
STOPS = 4
GROWTH = 9  # turns by which long conversations grow in a round
# Slower than the page lets a conversation press: its gate is part of what is measured.
ROUND_SECONDS = GROWTH / 240 * 60 + 0.2
WINDOW = 5  # turns around the 5th and the last
NewStock = Callable[[], StockTalk]
NewHouse = Callable[[Random | None], Awaitable[HouseTalk]]


@dataclass(slots=True)
class Samples:
    """Seconds of each kind of turn, as one median for each round."""

    text: list[float] = field(default_factory=list)
    button: list[float] = field(default_factory=list)
    stop: list[float] = field(default_factory=list)
    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Rounds:
    """Both sides, their long conversations and what was measured so far."""

    new_stock: NewStock
    new_house: NewHouse
    ours: Samples = field(default_factory=Samples)
    stock: Samples = field(default_factory=Samples)

    async def run(self, rounds: int, long_house: int, long_stock: int) -> int:
        """Measure; returns how long the long conversations became."""
        houses = [await self.new_house(None) for _ in range(long_house)]
        stocks = [self.new_stock() for _ in range(long_stock)]
        old: list[HouseTalk | StockTalk] = [*houses, *stocks]
        turns = 0
        for number in range(rounds):
            began = time.monotonic()
            await self._round(number)
            for _ in range(GROWTH):
                for talk in old:
                    await long_turn(talk, turns)
                turns += 1
            await asyncio.sleep(began + ROUND_SECONDS - time.monotonic())
        for house in houses:
            young: HouseTalk | StockTalk = await self.new_house(None)
            await _compare(self.ours, house, young, turns)
        for stock in stocks:
            await _compare(self.stock, stock, self.new_stock(), turns)
        return turns + WINDOW // 2 + 1

    async def _round(self, number: int) -> None:
        # Both sides, kind by kind: what the machine does meanwhile falls on both.
        stock, house = self.new_stock(), await self.new_house(None)
        self.stock.text.append(await _typical(stock.text, TURNS))
        self.ours.text.append(await _typical(house.text, TURNS))
        stock, house = self.new_stock(), await self.new_house(draw(number))
        self.stock.button.append(await _typical(stock.button, TURNS))
        self.ours.button.append(await _typical(house.button, TURNS))
        self.ours.stop.append(await self._stops())

    async def _stops(self) -> float:
        house = await self.new_house(None)
        await house.button()
        times = []
        for _ in range(STOPS):
            times.append(await house.press("stop"))
            await house.press("resume")
        return median(times)


async def long_turn(talk: HouseTalk | StockTalk, turn: int) -> float:
    """The same five turns again and again: the last are like the first."""
    place = turn % WINDOW
    return await (talk.button() if place in {1, 3} else talk.text(place))


async def _compare(
    samples: Samples,
    old: HouseTalk | StockTalk,
    young: HouseTalk | StockTalk,
    turns: int,
) -> None:
    """Five turns of an old conversation, alternating with five of a young one."""
    start = turns % WINDOW
    for turn in range(start):
        await long_turn(young, turn)
    early = late = 0.0
    for turn in range(start, start + WINDOW):
        early += await long_turn(young, turn)
        late += await long_turn(old, turn)
    samples.early.append(early)
    samples.late.append(late)


async def _typical(turn: Callable[[], Awaitable[float]], count: int) -> float:
    return median([await turn() for _ in range(count)])


def paired(ours: list[float], stock: list[float]) -> float:
    """The median of each round's ratio: a slow minute of the machine falls out."""
    return median(mine / other for mine, other in zip(ours, stock, strict=True))
