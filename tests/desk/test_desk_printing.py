"""Cards for a link: printed in a process of its own, by whoever may make links."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.desk.app import build_app
from bot.desk.printing import CardPress
from tests.desk.house import DeskBrowser, House, encode

SignIn = Callable[[str], DeskBrowser]
WISH = {"label": "Night round", "channel": "web", "language": "ar"}


class Press:
    """Says what it was asked to print; or cannot print."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.works = True

    async def __call__(self, *options: str) -> bytes | None:
        self.asked.append(options)
        return b"%PDF-" if self.works else None


@pytest.fixture
def card_press() -> Press:
    return Press()


@pytest.fixture
def house(house: House, card_press: Press) -> House:
    house.parts = replace(house.parts, press=card_press)
    house.app = build_app(house.parts)
    house.add_outreach("olga")
    house.add_outreach("otto", "payoke")
    return house


def card_of(who: DeskBrowser, **query: str) -> str:
    link_id = who.post("/api/links", **WISH).json()["id"]
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/api/links/{link_id}/card?{told}"


def test_a_card_is_printed_as_wished(sign_in: SignIn, card_press: Press) -> None:
    olga = sign_in("olga")
    path = card_of(olga, design="strip", language="ar", discreet="1")
    assert olga.get(path).json() == {"pdf": encode(b"%PDF-")}
    link_id = path.split("/")[3]
    wish = ("--link", link_id, "--design", "strip", "--language", "ar", "--discreet")
    assert card_press.asked == [(*wish, "--out", "-")]
    card_press.works = False
    assert olga.get(path).json() == {"code": "no_card"}


@pytest.mark.parametrize(
    "query",
    [
        {"design": "strip"},
        {"design": "--help", "language": "ar"},
        {"design": "strip", "language": "../ar"},
    ],
)
def test_a_wish_that_makes_no_sense_prints_nothing(
    sign_in: SignIn, card_press: Press, query: dict[str, str]
) -> None:
    olga = sign_in("olga")
    assert olga.get(card_of(olga, **query)).json() == {"code": "malformed"}
    assert card_press.asked == []


@pytest.mark.promise(18)
def test_only_whoever_may_make_links_prints_them(
    sign_in: SignIn, card_press: Press
) -> None:
    """P18: neither a caseworker nor another centre's outreach worker."""
    path = card_of(sign_in("olga"), design="strip", language="ar")
    assert sign_in("alpha").get(path).json() == {"code": "forbidden"}
    assert sign_in("otto").get(path).json() == {"code": "not_found"}
    assert card_press.asked == []


def run(code: str, patience_seconds: float = 20) -> bytes | None:
    async def print_it() -> bytes | None:
        press = CardPress([sys.executable, "-c", code], patience_seconds)
        return await press("--out", "-")

    return asyncio.run(print_it())


def test_what_the_process_writes_is_the_card() -> None:
    code = "import sys; sys.stdout.write('%PDF ' + ' '.join(sys.argv[1:]))"
    assert run(code) == b"%PDF --out -"


def test_a_process_that_fails_makes_no_card() -> None:
    assert run("print('%PDF half'); raise SystemExit(1)") is None


def test_a_process_that_hangs_is_ended() -> None:
    assert run("import time; time.sleep(60)", patience_seconds=0.5) is None
