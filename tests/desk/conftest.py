"""A desk to call, and browsers to look at it with."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from bot.store.database import Database
from bot.store.seal import Pocket
from tests.desk.house import DeskBrowser, House, serve


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> House:
    """Two colleagues of PAG-ASA, one of Payoke, and short patience."""
    made = House(sqlite_database, pocket, options={"claim_patience_seconds": 0.7})
    for name, centre in (
        ("alpha", "pag-asa"),
        ("beta", "pag-asa"),
        ("gamma", "payoke"),
    ):
        made.add_colleague(name, centre)
    return made


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with serve(house) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as opened:
        yield opened


@pytest.fixture
def sign_in(house: House, client: httpx.Client) -> Callable[[str], DeskBrowser]:
    return lambda name: DeskBrowser(house, name, client)
