"""A person who writes to the rules, with every neighbour in memory."""

from collections.abc import Callable

import pytest

from bot.intake.control import Control
from bot.language.control_lists import load_control
from tests.fakes import NLU_DATA
from tests.house import Person, World


@pytest.fixture(scope="session")
def control() -> Control:
    """Control with the lists of every language at once, as in production."""
    tags = sorted(path.parent.name for path in NLU_DATA.glob("*/control.yml"))
    return load_control(NLU_DATA, tags)


@pytest.fixture
def world(control: Control) -> World:
    return World(control)


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def new_world(control: Control) -> Callable[[], World]:
    return lambda: World(control)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
