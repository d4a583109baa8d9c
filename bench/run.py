"""The whole measurement, in its order."""

import asyncio
import subprocess
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp

from bench.house import HouseServer, check_seconds, house_folder, house_server
from bench.load import house_turns, stock_turns, turns_per_second
from bench.processes import memory_megabytes
from bench.rounds import NewHouse, NewStock, Rounds
from bench.rows import Figures, rows_of
from bench.start import Started, wait_for_house, wait_for_stock
from bench.stock import StockServer, stock_server
from bench.table import Row
from bench.talk import HouseTalk, StockTalk
from bot.settings import read_settings
from bot.wiring import load_words

LONGEST_SECONDS = 340
WRONG = ("trouble", "engine_away", "offer", "not_understood", "old_button", "busy")
_ANSWER = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    starts: int
    rounds: int
    long_house: int
    long_stock: int
    load_rounds: int
    load_seconds: float
    rest_seconds: float


FULL = Plan(2, 22, 8, 3, 3, 5.0, 5.0)
QUICK = Plan(1, 2, 2, 1, 1, 2.0, 1.0)


async def measure(project: Path, plan: Plan) -> list[Row]:
    """Start both, measure, stop both.

    Raises:
        TimeoutError: it would have taken longer than six minutes.
        WrongAnswerError: an answer was not what it should be.
    """
    async with asyncio.timeout(LONGEST_SECONDS), AsyncExitStack() as stack:
        return await _measure(project, plan, stack)


async def _measure(project: Path, plan: Plan, stack: AsyncExitStack) -> list[Row]:
    # One way of asking for both: connections stay open, as a browser's do.
    connector = aiohttp.TCPConnector(limit=0)
    client = aiohttp.ClientSession(connector=connector, timeout=_ANSWER)
    session = await stack.enter_async_context(client)
    figures = Figures()

    print("Starting stock Rasa ...")
    stock = stack.enter_context(stock_server(project))
    new_stock = _stock_talks(session, stock)
    figures.stock_start = await wait_for_stock(stock, new_stock)
    data = stack.enter_context(house_folder())
    print("Starting Passerelle, first with new data, then again ...")
    figures.check = _check()
    await _start(session, data)
    figures.starts = [await _start(session, data) for _ in range(plan.starts - 1)]
    house = stack.enter_context(house_server(data))
    new_house = _house_talks(session, house)
    figures.starts.append(await wait_for_house(house, session, new_house))

    await asyncio.sleep(plan.rest_seconds)
    figures.memory = _memory(house, stock)
    print(f"Single turns, {plan.rounds} rounds ...")
    figures.rounds = Rounds(new_stock, new_house)
    figures.longest = await figures.rounds.run(
        plan.rounds, plan.long_house, plan.long_stock
    )
    print("Twenty conversations at once ...")
    for number in range(plan.load_rounds):
        for rates, turns in (
            (figures.stock_rates, stock_turns(new_stock)),
            (figures.rates, house_turns(new_house)),
        ):
            rate = await turns_per_second(turns, plan.load_seconds, seed=number * 100)
            rates.append(rate)
    await asyncio.sleep(plan.rest_seconds)
    figures.memory_after = _memory(house, stock)
    return rows_of(figures)


async def _start(session: aiohttp.ClientSession, data: Path) -> Started:
    with ExitStack() as stack:
        house = stack.enter_context(house_server(data))
        return await wait_for_house(house, session, _house_talks(session, house))


def _check() -> float:
    try:
        return check_seconds()
    except subprocess.TimeoutExpired:
        print("The set-up is busy or out of date: starts are told without it.")
        return 0.0


def _memory(house: HouseServer, stock: StockServer) -> tuple[float, float]:
    return memory_megabytes(house.process.pid), memory_megabytes(stock.process.pid)


def _stock_talks(session: aiohttp.ClientSession, stock: StockServer) -> NewStock:
    return lambda: StockTalk(session, stock.url)


def _house_talks(session: aiohttp.ClientSession, house: HouseServer) -> NewHouse:
    wrong = _wrong_sentences()

    async def new(lot: Random | None) -> HouseTalk:
        talk = HouseTalk(session, house.page, wrong=wrong, lot=lot)
        await talk.open()
        return talk

    return new


def _wrong_sentences() -> list[str]:
    """How the page says that something went wrong: what no measured turn may say."""
    catalogs = load_words(read_settings({})).catalogs
    texts = (catalogs.text("en", f"error.{name}") for name in WRONG)
    return [text.split("\n")[0] for text in texts]
