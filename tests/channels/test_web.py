"""The person's page as a browser without script meets it: a conversation in forms."""

import asyncio
import logging
from dataclasses import replace
from datetime import date

import pytest

from bot.channels.gate import Gate
from bot.directory.load import Directory
from bot.intake.conversation import Channel
from bot.intake.ports import Incoming, Kind
from bot.store.database import Database
from bot.store.schema import case_message, conversation
from bot.store.seal import Pocket
from tests.web_house import (
    TO_CONTACT,
    TO_MENU,
    TO_PREVIEW,
    TO_RELAY,
    WebHouse,
    browse,
    count,
    in_relay,
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> WebHouse:
    made = WebHouse(sqlite_database, pocket)
    made.open_centres()
    return made


async def test_the_first_words_are_shown_and_nothing_is_stored(house: WebHouse) -> None:
    async with browse(house, "ar") as tab:
        assert tab.shows("first.hello")
        assert '<html lang="ar" dir="rtl">' in tab.html
        assert count(house, conversation) == 0


@pytest.mark.parametrize("wanted", ["xx", "tlh-KX", "*", "", "en\x00", "../../etc"])
async def test_an_unknown_language_gets_words_all_the_same(
    house: WebHouse, wanted: str
) -> None:
    async with browse(house) as tab:
        for do in ("menu", "leave", "wait", "return", "say", "language:xx"):
            answer = await tab.post(do=do, l=wanted, a="", code="AAAA", text="hello")
            assert answer.status_code == 200
            assert "<title>Notes</title>" in answer.text


async def test_the_whole_crossing_in_forms(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_PREVIEW)
        assert '<div class="exact">' in tab.html
        await tab.press("confirm", "yes", "yes")
        assert tab.shows("handover.done", centre="PAG-ASA")
        labels = [label for _, label in tab.buttons]
        assert labels.count(tab.text("button.withdraw")) == 1  # offered once, not twice


async def test_typed_words_are_shown_as_words(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_MENU, *TO_CONTACT, "contact_call")
        await tab.write("<script>alert(1)</script>")
        await tab.press("skip", "skip")
        await tab.write("\u202eevil\u202c سلام &amp; 112")
        await tab.press("brussels", "this_centre")
    assert "&lt;script&gt;alert(1)" in tab.html
    assert "<script>alert" not in tab.html
    assert "evil سلام &amp;amp; " in tab.html  # no sign may turn the rest around


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"=&=&=",
        b"\xff\xfe\x00",
        b"do=%00%01&a=%ED%A0%80&n=%F0",
        b"&".join(b"x%d=1" % i for i in range(500)),
        b"seen=" + b"9" * 5000 + b"&do=say&text=hi",
        b"do=" + b"x" * 60_000,
        b'{"do": "say"}',
    ],
)
async def test_a_malformed_body_gets_a_kind_page(house: WebHouse, body: bytes) -> None:
    async with browse(house) as tab:
        answer = await tab.client.post("/", content=body)
    assert answer.status_code == 200
    assert 'value="stop"' in answer.text


async def test_a_body_over_64_kb_gets_a_kind_page(house: WebHouse) -> None:
    async with browse(house) as tab:
        answer = await tab.post(do="say", text="x" * 65_536)
    assert answer.status_code == 413
    assert tab.shows("error.too_long")
    assert count(house, conversation) == 0


async def test_what_is_too_long_stands_in_the_field_again(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_MENU, *TO_CONTACT, "contact_call")
        await tab.write("0470 " * 60)
    assert tab.shows("error.too_long")
    assert "0470 0470 0470" in tab.html.partition("<textarea")[2]


@pytest.mark.parametrize("words", ["", "   ", "\x00\x07\x1b", "\u202e\u2066\u200e"])
async def test_what_has_no_words_is_told_so(house: WebHouse, words: str) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_MENU)
        await tab.write(words)
    assert tab.shows("error.empty")


async def test_words_keep_their_spaces(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        await tab.write("d\u00e9j\u00e0\u00a0vu\u202f! \u3000\u3053\u3053")
    assert "déjà vu !  ここ" in tab.shown


async def test_an_old_button_says_so_and_shows_where_we_are(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_MENU)
        old = tab.buttons
        token = next(t for t, label in old if label == tab.text("button.rights"))
        await tab.press("human")
        await tab.post(do=token)
        assert tab.shows("error.old_button")
        assert tab.shows("human.age")


async def test_buttons_of_another_conversation_do_nothing(house: WebHouse) -> None:
    async with browse(house) as mine, browse(house) as theirs:
        await mine.press(*TO_MENU)
        await theirs.press(*TO_PREVIEW)
        token = next(
            t for t, label in theirs.buttons if label == mine.text("button.confirm")
        )
        await mine.post(do=token)
        assert mine.shows("error.old_button")
        assert mine.shows("menu")


@pytest.mark.parametrize("address", ["", "A" * 43, "x", "' OR 1=1 --", "../" * 14])
async def test_a_foreign_address_opens_nothing(house: WebHouse, address: str) -> None:
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), "Only for them")
        answer = await tab.post(do="wait", a=address)
        assert "Only for them" not in answer.text
        assert tab.shows("first.hello")


async def test_the_same_press_twice_has_one_effect(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        before = count(house, case_message)
        kept = {name: tab.field(name) for name in ("a", "n", "l", "seen")}
        for _ in range(3):
            await tab.post(do="say", text="I need a place", **kept)
            assert "I need a place" in tab.shown
        assert count(house, case_message) == before + 1


async def test_pressed_twice_the_same_screen_comes_again(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_RELAY)  # with a case as well
        await tab.post(do="menu")
        token = next(
            t for t, label in tab.buttons if label == tab.text("button.rights")
        )
        kept = {name: tab.field(name) for name in ("a", "n", "l", "seen")}
        for _ in range(2):
            await tab.post(do=token, **kept)
            assert tab.shows("rights.index")


@pytest.mark.promise(2)
async def test_a_stop_before_the_answer_came_is_heard(house: WebHouse) -> None:
    """On a slow line the page, and with it its nonce, is still the old one."""
    async with browse(house) as tab:
        await tab.press("go_on")
        kept = {name: tab.field(name) for name in ("a", "n", "l", "seen")}
        await tab.press("yes")
        await tab.post(do="stop", **kept)
        assert tab.shows("stop.done")
        found = house.conversation(kept["a"])
        assert found
        assert found.stopped


async def test_words_mended_and_sent_again_are_not_lost(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        before = count(house, case_message)
        kept = {name: tab.field(name) for name in ("a", "n", "l", "seen")}
        await tab.post(do="say", text="Tomorrow", **kept)
        await tab.post(do="say", text="Tomorrow at nine", **kept)
        assert count(house, case_message) == before + 2


@pytest.mark.promise(17)
async def test_fifty_messages_in_a_second_are_all_taken(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        before = count(house, case_message)
        kept = {name: tab.field(name) for name in ("a", "l", "seen")}
        sent = [
            tab.client.post("/", data=kept | {"do": "say", "text": f"word {i}"})
            for i in range(50)
        ]
        answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {200}
    assert count(house, case_message) == before + 50


async def test_too_fast_is_told_kindly_and_the_way_on_is_kept(house: WebHouse) -> None:
    async with browse(house, gate=Gate([(3, 60.0)])) as tab:
        await tab.press(*TO_MENU)
        address = tab.field("a")
        answer = await tab.post(do="say", text="my words")
        assert answer.status_code == 429
        assert tab.shows("error.busy")
        assert tab.field("a") == address
        assert "my words" in tab.html.partition("<textarea")[2]


async def test_one_flood_does_not_close_the_page_for_others(house: WebHouse) -> None:
    gate = Gate([(3, 60.0)])
    async with browse(house, gate=gate) as loud, browse(house, gate=gate) as quiet:
        for _ in range(5):
            await loud.post(do="menu")
        assert loud.shows("error.busy")
        await quiet.press("go_on")
        assert quiet.shows("safety.talk")


async def test_a_stopped_page_always_has_the_way_back(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        await tab.post(do="stop")
        await tab.post(do="numbers")
        assert "<textarea" not in tab.html
        await tab.press("resume")
        assert "<textarea" in tab.html


async def test_a_human_needs_no_menu(house: WebHouse) -> None:
    """While a caseworker has the conversation the menu would answer nothing."""
    async with in_relay(house) as tab:
        await tab.post(do="numbers")
        assert tab.shows("numbers.list")
        assert "menu" not in [token for token, _ in tab.buttons]


@pytest.mark.promise(11)
async def test_what_nobody_confirmed_says_so(house: WebHouse) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_MENU, "rights", "theme_help", "who")
        assert tab.shows("unverified.notice")
        await tab.post(do="numbers")
        assert tab.shows("unverified.notice")
        await tab.post(do="menu")
        assert not tab.shows("unverified.notice")


@pytest.mark.promise(11)
async def test_what_was_confirmed_says_nothing(house: WebHouse) -> None:
    house.use(confirmed(house.words.directory, house.clock().date()))
    async with browse(house) as tab:
        await tab.post(do="numbers")
        assert tab.shows("numbers.list")
        assert not tab.shows("unverified.notice")
        house.clock.move(days=181)
        await tab.post(do="numbers")
        assert tab.shows("unverified.notice")


def confirmed(directory: Directory, today: date) -> Directory:
    """The directory after somebody has telephoned everywhere."""

    def confirm(entry):
        return replace(entry, check=replace(entry.check, checked=today, verified=True))

    return Directory(
        centres={name: confirm(c) for name, c in directory.centres.items()},
        numbers={name: confirm(n) for name, n in directory.numbers.items()},
        facts={
            name: replace(check, checked=today, verified=True)
            for name, check in directory.facts.items()
        },
    )


@pytest.mark.promise(20)
async def test_with_the_store_away_the_numbers_are_there(
    house: WebHouse, caplog: pytest.LogCaptureFixture
) -> None:
    async with in_relay(house) as tab:
        with house.database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE conversation RENAME TO gone")
        with caplog.at_level(logging.DEBUG):
            for do in ("say", "wait", "return", "numbers"):
                answer = await tab.post(do=do, text="canary words", seen="3", code="A")
                assert "078 055 800" in answer.text
                assert 'value="stop"' in answer.text
        await tab.post(do="leave")  # leaving needs no store
        assert tab.answer
        assert tab.answer.status_code == 200
        told = Incoming(Channel.TELEGRAM, "7", "u1", Kind.COMMAND, "leave")
        screen = await house.chat().turns.handle(told)
        # Nothing was forgotten, so nothing may sound as if it was.
        assert [line.key for line in screen.lines] == ["error.trouble"]
    assert "canary" not in caplog.text
    assert "page failed" in caplog.text
