"""The page for those who help others: four languages, nothing kept, nothing asked."""

import re
from dataclasses import replace
from html import unescape

import pytest

from bot.channels.info import LANGUAGES, choose_language
from bot.store.database import Database
from bot.store.schema import conversation
from bot.store.seal import Pocket
from tests.web_house import WebHouse, browse, count

# No telling title, address or name; the words of the page itself are another thing.
TELLING = re.compile(
    r"traffick|victim|slachtoffer|mensenhandel|traite|passerelle", re.I
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> WebHouse:
    return WebHouse(sqlite_database, pocket)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_says_all_of_it_in_each_language(
    house: WebHouse, language: str
) -> None:
    async with browse(house) as tab:
        await tab.open(f"/info?l={language}")
        page = unescape(re.sub(r"<[^>]*>", "", tab.html))
    assert f'<html lang="{language}">' in tab.html
    outreach = house.words.outreach
    for key in outreach.keys(language) - {"centres.hours"}:
        first = outreach.text(language, key).split("\n")[0].removeprefix("- ")
        assert first in page or key == "page.languages"
    for centre in house.words.directory.centres.values():
        assert centre.name in page
        assert centre.phone in page
    assert page.count(house.words.catalogs.text(language, "draft.notice")) == 1


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("de", "fr", "de"),
        ("", "ar, nl-BE;q=0.8, fr", "nl"),
        ("xx", "fr-BE", "fr"),
        ("ar", "", "en"),
        ("../en", "*", "en"),
    ],
)
def test_the_language_asked_for_or_the_browsers(
    asked: str, accepted: str, language: str
) -> None:
    assert choose_language(asked, accepted) == language


@pytest.mark.promise(14)
async def test_nothing_is_kept_loaded_or_run(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.open("/info", **{"accept-language": "fr"})
        assert tab.answer.status_code == 200
        assert "set-cookie" not in tab.answer.headers
        assert tab.answer.headers["cache-control"] == "no-store"
        assert "<script" not in tab.html
        assert "<form" not in tab.html
        assert not re.search(r"(href|src)=\"(https?:)?//", tab.html)
        assert count(house, conversation) == 0
        head = tab.html.partition("</head>")[0]
        assert not TELLING.search(head)
        for name in re.findall(r'<link rel="stylesheet" href="([^"]*)"', head):
            assert (await tab.client.get(name)).status_code == 200


@pytest.mark.promise(11)
async def test_numbers_nobody_confirmed_are_labelled(house: WebHouse) -> None:
    """P11: a demonstration says so, beside the numbers."""
    note = house.words.catalogs.text("nl", "unverified.notice")
    async with browse(house) as tab:
        await tab.open("/info?l=nl")
        assert tab.html.count(note) == 5  # at the top, and wherever numbers stand
    directory = house.words.directory
    today = house.clock().date()
    checked = {
        name: replace(one, check=replace(one.check, verified=True, checked=today))
        for name, one in directory.numbers.items()
    }
    centres = {
        name: replace(one, check=replace(one.check, verified=True, checked=today))
        for name, one in directory.centres.items()
    }
    facts = {
        name: replace(one, verified=True, checked=today)
        for name, one in directory.facts.items()
    }
    house.use(replace(directory, numbers=checked, centres=centres, facts=facts))
    async with browse(house) as tab:
        await tab.open("/info?l=nl")
        assert note not in tab.html


async def test_numbers_can_be_dialled(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.open("/info?l=fr")
    called = set(re.findall(r'href="tel:([^"]*)"', tab.html))
    assert {"112", "101", "078055800", "116000", "078154324"} <= called
    assert {"+3225116464", "+3232011690", "+3242324030"} <= called


async def test_who_helps_somebody_else_is_led_there(house: WebHouse) -> None:
    async with browse(house, "fr") as tab:
        await tab.press("go_on", "yes", "yes", "help_someone_else")
        assert tab.shows("helper.hello")
        assert 'href="/info?l=fr" target="_blank" rel="noopener noreferrer"' in tab.html
        assert tab.text("button.helper_page") in tab.html
        await tab.press("helper_signs")
        assert 'href="/info?l=fr"' in tab.html
        await tab.post(do="menu")
        assert "/info" not in tab.html
