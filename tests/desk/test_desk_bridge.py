"""The desk between page and translator: sealed blobs, languages, ready-made replies."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.app import ERRANDS, build_app
from bot.desk.bridge import LARGEST_BLOB
from bot.desk.calls import AGE_HEADER, Access
from bot.language.replies import Replies
from bot.language.sign_offs import Reviews
from bot.settings import read_settings
from bot.wiring import TRANSLATIONS, load_words
from tests.desk.house import DeskBrowser, House, encode

SignIn = Callable[[str], DeskBrowser]
BLOB = AGE_HEADER + b"sealed words that nobody here can open"
PAIRS = {"recipient": "age1x", "engine": "Argos Translate", "directions": []}
WORDS = load_words(read_settings({}))


class Translator:
    """Answers with what it was sent, turned round; or is away."""

    def __init__(self) -> None:
        self.is_away = False
        self.seen: list[bytes] = []

    async def pairs(self) -> Mapping[str, Any] | None:
        return None if self.is_away else PAIRS

    async def pass_on(self, blob: bytes) -> bytes | None:
        self.seen.append(blob)
        return None if self.is_away else blob[::-1]


@pytest.fixture
def translator() -> Translator:
    return Translator()


@pytest.fixture
def house(house: House, translator: Translator) -> House:
    replies = Replies(WORDS.catalogs, Reviews(TRANSLATIONS))
    house.parts = replace(house.parts, translator=translator, replies=replies)
    house.app = build_app(house.parts)
    return house


def test_a_blob_goes_through_as_it_is(sign_in: SignIn, translator: Translator) -> None:
    alpha = sign_in("alpha")
    answer = alpha.post("/api/translator", sealed=encode(BLOB))
    assert answer.json() == {"sealed": encode(BLOB[::-1])}
    assert translator.seen == [BLOB]
    assert alpha.get("/api/translator").json() == PAIRS


@pytest.mark.promise(6)
def test_words_in_the_clear_go_nowhere(sign_in: SignIn, translator: Translator) -> None:
    """P6: only what is sealed passes, and not more of it than a text."""
    alpha = sign_in("alpha")
    too_large = AGE_HEADER + bytes(LARGEST_BLOB)
    for blob in (b"help me", too_large, b""):
        answer = alpha.post("/api/translator", sealed=encode(blob))
        assert answer.json() == {"code": "malformed"}
    assert translator.seen == []


def test_without_a_translator_everything_else_works(
    sign_in: SignIn, translator: Translator
) -> None:
    translator.is_away = True
    alpha = sign_in("alpha")
    assert alpha.get("/api/translator").json() == {
        "recipient": "",
        "engine": "",
        "directions": [],
    }
    answer = alpha.post("/api/translator", sealed=encode(BLOB))
    assert (answer.status_code, answer.json()) == (503, {"code": "no_translation"})


@pytest.mark.promise(13)
def test_nothing_of_it_is_noted(
    sign_in: SignIn, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """P13: no log, no audit record, no row."""
    alpha = sign_in("alpha")
    before = _everything(house)
    with caplog.at_level(logging.DEBUG, logger="bot"):
        alpha.post("/api/translator", sealed=encode(BLOB))
    assert _everything(house) == before
    assert caplog.records == []


def test_a_page_that_translates_by_itself_is_not_in_use(
    house: House, sign_in: SignIn
) -> None:
    alpha = sign_in("alpha")
    for _ in range(3):
        house.clock.move(minutes=12)
        alpha.post("/api/translator", sealed=encode(BLOB))
    assert alpha.get("/api/cases").json() == {"code": "signed_out"}


def test_only_caseworkers_have_words_translated(house: House, sign_in: SignIn) -> None:
    assert {way.access for way in ERRANDS if "translator" in way.path} == {
        Access.CASEWORK
    }
    house.add_outreach("olga")
    olga = sign_in("olga")
    for answer in (
        olga.get("/api/translator"),
        olga.post("/api/translator", sealed=encode(BLOB)),
        olga.get("/api/replies?mine=fr&theirs=ar"),
        olga.post("/api/writes-in", language="fr"),
    ):
        assert answer.json() == {"code": "forbidden"}


# The language that a colleague writes in


def test_a_colleague_begins_in_the_centres_language(sign_in: SignIn) -> None:
    assert sign_in("gamma").welcome["me"]["writes_in"] == "fr"
    assert sign_in("alpha").welcome["me"]["writes_in"] == "en"


def test_a_chosen_language_stays(sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    assert alpha.post("/api/writes-in", language="ar").status_code == 200
    assert sign_in("alpha").welcome["me"]["writes_in"] == "ar"
    assert sign_in("beta").welcome["me"]["writes_in"] == "en"
    for wrong in ("tlh", "", None, 5):
        answer = alpha.post("/api/writes-in", language=wrong)
        assert answer.json() == {"code": "malformed"}
    assert sign_in("alpha").welcome["me"]["writes_in"] == "ar"


def test_every_language_comes_with_its_direction(sign_in: SignIn) -> None:
    told = {row["tag"]: row for row in sign_in("alpha").welcome["languages"]}
    assert told["ar"] == {"tag": "ar", "name": "العربية", "dir": "rtl"}
    assert told["fr"]["dir"] == "ltr"


# Ready-made replies


def replies(who: DeskBrowser, mine: str, theirs: str) -> list[dict[str, Any]]:
    answer = who.get(f"/api/replies?mine={mine}&theirs={theirs}").json()
    found: list[dict[str, Any]] = answer["replies"]
    return found


def test_replies_come_in_both_languages_with_their_status(sign_in: SignIn) -> None:
    first, *others = replies(sign_in("alpha"), "en", "en")
    assert first["key"] == "reply.hello"
    assert "PAG-ASA" in first["theirs"]
    assert first["mine"] == first["theirs"]
    assert {row["checked"] for row in (first, *others)} == {False}
    assert len(others) >= 15


def test_no_reply_leaves_a_word_in_braces(sign_in: SignIn) -> None:
    assert not [
        row
        for language in ("en", "fr", "ar")
        for row in replies(sign_in("alpha"), "en", language)
        if "{" in row["theirs"]
    ]


@pytest.mark.parametrize("query", ["", "?mine=fr", "?mine=fr&theirs=../../etc"])
def test_an_unknown_language_is_refused(sign_in: SignIn, query: str) -> None:
    assert sign_in("alpha").get(f"/api/replies{query}").json() == {"code": "malformed"}


def _everything(house: House) -> str:
    from bot.store.schema import metadata

    with house.database.read() as connection:
        tables = metadata.sorted_tables
        return repr([connection.execute(t.select()).all() for t in tables])
