"""What the page's answers tell a browser to keep, load and show: nothing."""

import re

import httpx
import pytest

from bot.store.database import Database
from bot.store.seal import Pocket
from tests.web_house import WebHouse, browse

OURS = ("/", "/page.css", "/page.js", "/icon.svg", "/nothing-here")
KEPT_BY_BROWSERS = ("etag", "last-modified", "set-cookie", "expires")
TELLING = re.compile(r"traffick|victim|passerelle|slachtoffer|mensenhandel", re.I)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> WebHouse:
    return WebHouse(sqlite_database, pocket)


@pytest.mark.promise(14)
@pytest.mark.parametrize("path", OURS)
async def test_nothing_is_kept_and_nothing_else_is_loaded(
    house: WebHouse, path: str
) -> None:
    async with browse(house) as tab:
        answer = await tab.client.get(path)
    headers = answer.headers
    policy = dict(part.split(" ", 1) for part in _policy(answer))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert [name for name in KEPT_BY_BROWSERS if name in headers] == []


def _policy(answer: httpx.Response) -> list[str]:
    return answer.headers["content-security-policy"].split("; ")


async def test_https_is_asked_for_only_where_it_is(house: WebHouse) -> None:
    async with browse(house) as tab:
        assert tab.answer
        assert "strict-transport-security" not in tab.answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/wp-login.php", 404),
        ("GET", "/a/b/../c", 404),
        ("POST", "/elsewhere", 405),
        ("PUT", "/", 405),
        ("DELETE", "/page.js", 405),
    ],
)
async def test_any_other_address_shows_the_first_words(
    house: WebHouse, method: str, path: str, status: int
) -> None:
    async with browse(house) as tab:
        tab.answer = await tab.client.request(method, path)
        assert tab.answer.status_code == status
        assert tab.shows("first.hello")


@pytest.mark.promise(14)
async def test_nothing_outside_the_text_is_telling(house: WebHouse) -> None:
    async with browse(house) as tab:
        head = tab.html.partition("</head>")[0]
        assert tab.text("web.title") in head
        assert not TELLING.search(head)
        for path in ("/page.css", "/page.js", "/icon.svg"):
            answer = await tab.client.get(path)
            assert answer.status_code == 200
            assert not TELLING.search(answer.text)
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", answer.text)


async def test_the_page_weighs_little(house: WebHouse) -> None:
    """The text of a screen, packed, fits in a few packets of an old network."""
    async with browse(house) as tab:
        assert tab.answer
        assert tab.answer.headers["content-encoding"] == "gzip"
        assert int(tab.answer.headers["content-length"]) < 6_000
