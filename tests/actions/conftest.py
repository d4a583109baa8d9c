"""The rules with every neighbour in memory."""

import pytest

from bot.intake.control import Control
from tests.house import Person, World


@pytest.fixture
def world() -> World:
    return World(Control([]))


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
