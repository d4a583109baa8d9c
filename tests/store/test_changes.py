"""Who waits learns of a commit elsewhere at once, and misses none."""

import asyncio
import time

import pytest

from bot.store.changes import Changes
from bot.store.inbox import Inbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def changes(database):
    watching = Changes(database)
    while await watching.wait(0.5):  # the first look always counts as a change
        pass
    yield watching
    await watching.close()


async def test_nothing_new_is_waited_out(changes):
    began = time.monotonic()
    assert not await changes.wait(0.3)
    assert time.monotonic() - began >= 0.3


async def test_a_commit_of_another_process_wakes_all_who_wait(
    changes, open_again, pocket, noon
):
    other = Inbox(open_again(), pocket)
    waiting = [asyncio.create_task(changes.wait(10)) for _ in range(3)]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await asyncio.to_thread(other.accept, "1", address="4", payload="x", now=noon)
    assert await asyncio.gather(*waiting) == [True] * 3
    assert time.monotonic() - began < 5


async def test_a_commit_between_the_look_and_the_wait_is_not_missed(
    changes, open_again, pocket, noon
):
    other = Inbox(open_again(), pocket)
    seen = changes.position
    await asyncio.to_thread(other.accept, "1", address="4", payload="x", now=noon)
    await changes.wait(5)
    assert await changes.wait(0, since=seen)


async def test_whoever_waited_in_vain_can_wait_again(changes, open_again, pocket, noon):
    assert not await changes.wait(0.05)
    other = Inbox(open_again(), pocket)
    waiting = asyncio.create_task(changes.wait(10))
    await asyncio.to_thread(other.accept, "1", address="4", payload="x", now=noon)
    assert await waiting
