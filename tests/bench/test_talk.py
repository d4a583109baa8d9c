"""The bench's persons, against servers that answer what the test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bench.load import TALKERS, turns_per_second
from bench.talk import HouseTalk, StockTalk, WrongAnswerError

SLOW = 0.05  # seconds
PAGE = (
    '<input type="hidden" name="a" value="secret">'
    '<button name="do" value="stop">Stop</button>'
    '<button name="do" value="{token}">More</button>'
)
Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    app = web.Application()
    app.router.add_route("*", "/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield session, f"http://{host}:{port}/"
    await runner.cleanup()


async def test_a_turn_is_timed_until_the_answer_is_there():
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(SLOW)
        return web.json_response([{"text": "hello"}])

    async with served(slow) as (session, url):
        assert await StockTalk(session, url).text() >= SLOW


async def test_a_silent_stock_is_an_error_and_not_a_fast_answer():
    async def silent(request: web.Request) -> web.Response:
        return web.json_response([])

    async with served(silent) as (session, url):
        with pytest.raises(WrongAnswerError):
            await StockTalk(session, url).text()


async def test_the_page_is_walked_by_its_own_buttons_and_never_by_a_control():
    pressed = []

    async def page(request: web.Request) -> web.Response:
        if request.method == "POST":
            form = await request.post()
            pressed.append((form["a"], form["do"]))
        return web.Response(text=PAGE.format(token=f"token{len(pressed)}"))

    async with served(page) as (session, url):
        talk = HouseTalk(session, url)
        await talk.open()
        await talk.button()
        await talk.button()
        await talk.press("stop")
    assert pressed == [("secret", "token0"), ("secret", "token1"), ("secret", "stop")]


async def test_a_page_that_tells_of_trouble_is_an_error_and_not_a_fast_answer():
    async def trouble(request: web.Request) -> web.Response:
        return web.Response(text="<p>It isn&#39;t working now.</p>")

    async with served(trouble) as (session, url):
        with pytest.raises(WrongAnswerError, match="isn't working"):
            await HouseTalk(session, url, wrong=["It isn't working"]).open()


async def test_twenty_persons_who_wait_a_twentieth_are_four_hundred_turns():
    async def turns(seed: int) -> AsyncIterator[None]:
        while True:
            await asyncio.sleep(SLOW)
            yield

    rate = await turns_per_second(turns, 0.5)
    # Never more than is possible, and no talker left out.
    assert TALKERS / 2 / SLOW < rate <= TALKERS / SLOW
