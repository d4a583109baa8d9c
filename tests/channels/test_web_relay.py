"""The live part of the page: a caseworker's words, codes to come back, silence."""

import asyncio
import html
import json

import pytest

from bot.channels.gate import Gate
from bot.store.database import Database
from bot.store.schema import case_file, outbox
from bot.store.seal import Pocket
from tests.web_house import TO_RELAY, Tab, WebHouse, browse, in_relay


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> WebHouse:
    made = WebHouse(sqlite_database, pocket)
    made.open_centres()
    return made


def waiting_words(house: WebHouse) -> int:
    with house.database.read() as connection:
        rows = connection.execute(outbox.select().where(outbox.c.kind == "words"))
        return len(rows.all())


async def receipt_code(tab: Tab) -> str:
    await tab.press("receipt")
    told = tab.shown.split("come back:")[1].split()[0]
    assert told.count("-") == 3
    return told


async def test_words_stay_until_the_person_answers(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), "Good evening & <welcome>")
        for _ in range(2):  # looking alone forgets nothing
            await tab.post(do="wait")
            assert "Good evening & <welcome>" in tab.shown
            assert "Alpha, PAG-ASA" in tab.shown
        await tab.write("Hello")
        assert waiting_words(house) == 0
        assert "Good evening" not in tab.shown


async def test_words_written_meanwhile_are_shown_with_the_answer(
    house: WebHouse,
) -> None:
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), "First")
        await tab.post(do="wait")
        house.write_to(tab.field("a"), "Second")
        await tab.write("Hello")
        assert "Second" in tab.shown
        assert "Hello" in tab.shown
        assert waiting_words(house) == 1  # not acknowledged yet


async def test_a_script_hears_of_words_at_once(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        asked = asyncio.create_task(tab.post(do="wait", live="1"))
        await asyncio.sleep(0.3)
        assert not asked.done()
        house.write_to(tab.field("a"), "I am here")
        answer = await asyncio.wait_for(asked, 5)
        assert "I am here" in html.unescape(answer.text)


async def test_a_script_that_showed_words_lets_them_go(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), "One")
        await tab.post(do="wait", live="1")
        house.write_to(tab.field("a"), "Two")
        await tab.post(do="wait", live="1")
        assert "Two" in tab.shown
        assert "One" not in tab.shown
        assert waiting_words(house) == 1


async def test_a_stop_holds_the_caseworker_back_too(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        await tab.post(do="stop")
        house.write_to(tab.field("a"), "Are you there?")
        await tab.post(do="numbers")
        assert "Are you there?" not in tab.html
        await tab.press("resume")
        assert "Are you there?" in tab.shown


@pytest.mark.promise(7)
async def test_no_line_of_the_bot_is_shown_after_a_takeover(house: WebHouse) -> None:
    """The answer got lost, a caseworker took over, the person presses again."""
    async with browse(house) as tab:
        await tab.press(*TO_RELAY)
        await tab.post(do="menu")
        kept = {name: tab.field(name) for name in ("a", "n", "l", "seen")}
        token = next(t for t, shown in tab.buttons if shown == "My rights and help")
        await tab.post(do=token, **kept)
        assert tab.shows("rights.index")
        house.clock.move(seconds=2)
        house.take_over(kept["a"])
        await tab.post(do=token, **kept)
        assert not tab.shows("rights.index")
        await tab.post(do="wait")
        assert not tab.shows("rights.index")


async def test_the_field_says_who_reads(house: WebHouse) -> None:
    """Wherever the person is in the texts: with a live case a human reads."""
    async with browse(house) as tab:
        assert tab.text("web.write") in tab.html
        await tab.press(*TO_RELAY)
        await tab.post(do="menu")
        assert tab.text("web.write_live") in tab.html
        await tab.press("withdraw")
        assert tab.text("web.write_live") not in tab.html


@pytest.mark.parametrize("hour", [12, 3])
async def test_waiting_words_are_honest(house: WebHouse, hour: int) -> None:
    async with browse(house) as tab:
        await tab.press(*TO_RELAY)
        # A Monday, so that only the hour decides.
        house.clock.now = house.clock.now.replace(year=2030, month=5, day=6, hour=hour)
        await tab.write("Is somebody there?")
        assert "Is somebody there?" in tab.shown
        assert tab.shows("relay.noted")
        hours = house.words.directory.centre("pag-asa").hours
        is_told = tab.shows("relay.waiting_closed", centre_hours=hours)
        assert is_told is (hour == 3)


async def test_control_words_do_not_look_sent(house: WebHouse) -> None:
    """What control answers itself never went to the caseworker."""
    async with in_relay(house) as tab:
        await tab.write("numbers")
        assert tab.shows("numbers.list")
        assert tab.text("web.you") not in tab.shown
        await tab.write("x" * 4001)
        assert tab.shows("error.too_long")
        assert tab.text("web.you") not in tab.shown


async def test_the_code_leads_back(house: WebHouse) -> None:
    async with in_relay(house) as tab, browse(house) as again:
        code = await receipt_code(tab)
        house.write_to(tab.field("a"), "Still here")
        typed = f" {code.lower().replace('-', ' ')} "
        await again.post(do="return", code=typed)
        assert again.shows("receipt.back")
        assert "Still here" in again.shown
        await tab.post(do="wait")
        assert "Still here" not in tab.html  # the old page has lost it


async def test_enter_in_the_field_for_the_code_opens(house: WebHouse) -> None:
    """The browser then presses the first button of the form, which sends words."""
    async with in_relay(house) as tab, browse(house) as again:
        await again.post(do="say", text="", code=await receipt_code(tab))
        assert again.shows("receipt.back")


async def test_coming_back_after_a_stop_can_be_undone(house: WebHouse) -> None:
    async with in_relay(house) as tab, browse(house) as again:
        code = await receipt_code(tab)
        await tab.post(do="stop")
        await again.post(do="return", code=code)
        assert "resume" in [token for token, _ in again.buttons]


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC-DDDD", "%", "0" * 500])
async def test_a_wrong_code_opens_nothing(house: WebHouse, code: str) -> None:
    async with in_relay(house) as tab, browse(house) as again:
        await receipt_code(tab)
        await again.post(do="return", code=code)
        assert again.shows("receipt.unknown")
        assert again.text("button.withdraw") not in again.html


async def test_a_wrong_code_can_be_mended(house: WebHouse) -> None:
    async with in_relay(house) as tab, browse(house) as again:
        code = await receipt_code(tab)
        await again.post(do="return", code=code[:-1] + "%")
        assert f'value="{code[:-1]}%"' in again.html
        await again.post(do="return", code=code)
        assert again.shows("receipt.back")


async def test_guessing_codes_is_throttled_for_all_pages_together(
    house: WebHouse,
) -> None:
    """A new page for each guess does not help; even the right code then waits."""
    gate = Gate([(20, 60.0)])
    async with in_relay(house) as tab, browse(house, gate=gate) as thief:
        code = await receipt_code(tab)
        for _ in range(20):
            await thief.open()
            await thief.post(do="return", code="AAAA-BBBB-CCCC-DDDD")
        await thief.open()
        answer = await thief.post(do="return", code=code)
        assert answer.status_code == 429
        assert thief.shows("error.busy")
        assert thief.text("button.withdraw") not in thief.html


async def test_a_translation_stands_under_the_own_words(house: WebHouse) -> None:
    machine = {"text": "Good evening.", "from": "fr", "to": "en", "engine": "x"}
    told = {"words": "Bonsoir.", "language": "fr", "machine": machine, "reply": None}
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), json.dumps(told))
        await tab.post(do="wait")
        label = tab.text("machine.label", language_name="Français")
        places = [tab.shown.index(words) for words in ("Bonsoir.", label, "Good ev")]
        assert places == sorted(places)
        assert '<div class="own" lang="fr" dir="ltr">' in tab.html


async def test_a_ready_made_reply_comes_in_the_persons_language(
    house: WebHouse,
) -> None:
    told = {"words": "Bonjour.", "machine": None, "reply": "reply.hello"}
    async with in_relay(house) as tab:
        house.write_to(tab.field("a"), json.dumps(told))
        await tab.post(do="wait")
        assert tab.shows("reply.hello", centre="PAG-ASA")
        assert "Bonjour" not in tab.shown


async def test_one_tap_asks_for_an_interpreter(house: WebHouse) -> None:
    async with in_relay(house) as tab:
        await tab.press("interpreter")
        assert tab.shows("relay.interpreter")
        with house.database.read() as connection:
            assert connection.execute(case_file.select()).one().interpreter
        await tab.press("stop")
        assert "interpreter" not in dict(tab.buttons)
