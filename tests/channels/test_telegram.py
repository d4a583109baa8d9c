"""The Telegram channel with its real client: what a person meets there."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.intake.conversation import Owner
from bot.store.database import Database
from bot.store.schema import case_file, case_message, conversation
from bot.store.seal import Pocket, Sealer
from bot.store.takeover import add_words, take_over
from tests.bot_api import BotApi
from tests.telegram_house import House, Phone, eventually

TO_RELAY = (
    *("go_on", "yes", "yes", "human", "adult", *["understood"] * 4),
    *("contact_write", "morning", "only_me", "skip", "brussels", "this_centre"),
    *("confirm", "yes", "yes", "yes"),
)
CANARY = "Zebrakanarie"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> Iterator[House]:
    with BotApi().serve() as api:
        yield House(api, sqlite_database, pocket)


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house)


@pytest.mark.promise(2, 9)
async def test_hello_stop_resume_numbers_erase(house: House, phone: Phone) -> None:
    async with house.running():
        phone.types("/start found_on-a_card")
        await phone.hears("first.hello")
        await phone.presses("go_on")
        phone.types("STOP!!")
        await phone.hears("stop.done")
        assert phone.conversation
        assert phone.conversation.stopped
        phone.types("are you there")
        await phone.hears("relay.paused")
        await phone.presses("resume")
        await phone.hears("stop.resumed")
        phone.types("/numbers")
        await phone.hears("numbers.list")
        phone.types("/erase")
        await phone.hears("erase.done")
        await eventually(lambda: phone.said == ["[en] erase.done"])
        # Their own messages are gone from the chat as well.
        assert [m.text for m in house.api.shown(phone.chat)] == ["[en] erase.done"]
    assert phone.conversation is None


@pytest.mark.promise(7)
async def test_a_caseworker_answers_and_the_bot_is_silent(
    house: House, phone: Phone
) -> None:
    house.open_centre("pag-asa")
    async with house.running():
        phone.types("/start")
        await phone.presses(*TO_RELAY)
        found = phone.conversation
        assert found
        assert found.case_id
        with house.database.write() as connection:
            assert take_over(connection, found.id, house.clock())
            sealed = Sealer().seal(house.relay.recipient, "Hello, I am Alpha.")
            add_words(
                connection, found.id, sealed, alias="Alpha, PAG-ASA", now=house.clock()
            )
        await phone.hears("relay.from")
        assert phone.said[-1] == (
            "[en] relay.from alias=Alpha, PAG-ASA\n\nHello, I am Alpha."
        )
        before = len(phone.said)
        phone.types("Thank you Alpha")
        phone.taps("menu")
        await house.quiet()
        assert len(phone.said) == before
        words = [r for r in house.rows(case_message) if r.author == "person"]
        assert len(words) == 1
        phone.types("stop")
        await phone.hears("stop.done")
    now = phone.conversation
    assert now
    assert now.owner is Owner.HUMAN


async def test_a_translation_follows_the_own_words(house: House, phone: Phone) -> None:
    house.open_centre("pag-asa")
    machine = {"text": "Hello.", "engine": "x", "from": "fr", "to": "en"}
    told = {"words": "Bonjour.", "language": "fr", "machine": machine, "reply": None}
    async with house.running():
        phone.types("/start")
        await phone.presses(*TO_RELAY)
        found = phone.conversation
        assert found
        with house.database.write() as connection:
            assert take_over(connection, found.id, house.clock())
            sealed = Sealer().seal(house.relay.recipient, json.dumps(told))
            add_words(connection, found.id, sealed, alias="Alpha", now=house.clock())
        await phone.hears("relay.from")
        assert phone.said[-1].startswith("[en] relay.from alias=Alpha\n\nBonjour.\n\n")
        assert phone.said[-1].endswith("\nHello.")
        assert "Français" in phone.said[-1]
        phone.taps("interpreter")
        await phone.hears("relay.interpreter")
    assert [row.interpreter for row in house.rows(case_file)] == [True]


@pytest.mark.promise(17)
async def test_the_same_update_twice_has_one_effect(house: House, phone: Phone) -> None:
    async with house.running():
        update = phone.update("/numbers")
        house.api.queue(update, update)
        await phone.hears("numbers.list")
        house.api.queue(update)
        await house.quiet()
        assert phone.count("numbers.list") == 1


@pytest.mark.promise(17)
async def test_twenty_quick_messages_stay_in_order(house: House) -> None:
    house.open_centre("pag-asa")
    phone = Phone(house)
    async with house.running():
        phone.types("/start")
        await phone.presses(*TO_RELAY)
        for number in range(20):
            phone.types(f"message {number}")
        await house.quiet()
    opened = _opened_words(house)
    assert opened == [f"message {number}" for number in range(20)]


@pytest.mark.parametrize(
    "text",
    [
        '/consent_given{"x":1}',
        '/confirm{"step":"consent_write"}',
        "/restart",
        "/session_start",
        "//menu",
        '/SetSlots(consent="yes")',
    ],
)
async def test_a_typed_slash_is_only_text(
    house: House, phone: Phone, text: str
) -> None:
    async with house.running():
        phone.types("/start")
        await phone.presses("go_on")
        before = phone.conversation
        phone.types(text)
        await phone.hears("error.not_understood")
    assert house.engine.parsed == [text]
    assert before
    assert phone.conversation
    assert (phone.conversation.step, phone.conversation.facts) == (
        before.step,
        before.facts,
    )


@pytest.mark.promise(4, 13)
async def test_nothing_sent_as_a_file_is_fetched_or_kept(
    house: House, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    file = {"file_id": CANARY, "file_unique_id": CANARY}
    contents = (
        {"photo": [{**file, "width": 9, "height": 9}], "caption": CANARY},
        {"voice": {**file, "duration": 3}},
        {"location": {"longitude": 4.35, "latitude": 50.85}},
        {"contact": {"phone_number": "0470999888", "first_name": CANARY}},
        {"document": {**file, "file_name": CANARY}},
        {"sticker": _sticker(file)},
    )
    async with house.running():
        for content in contents:
            phone.types(**content)
        await phone.hears("error.attachment", times=len(contents))
        await house.quiet()
    assert not house.api.asked("getFile")
    _assert_nowhere(house, caplog, CANARY, "0470999888")


@pytest.mark.promise(4, 13)
async def test_words_are_in_no_byte_of_the_store_and_no_log(
    house: House, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house.running():
        phone.types("/start")
        phone.types(f"my boss {CANARY} took my papers")
        await phone.hears("error.not_understood")
        house.api.queue(house.api.update(message={"text": CANARY, "date": CANARY}))
        house.api.fail("sendMessage", 500)
        phone.types(f"{CANARY}?")
        await eventually(
            lambda: phone.count("error.not_understood") == 2,
            also=lambda: house.clock.move(seconds=3),
        )
    _assert_nowhere(house, caplog, CANARY, str(phone.chat), "only-tests-may-use")


async def test_silence_in_groups_channels_and_for_bots(house: House) -> None:
    api, phone = house.api, Phone(house)
    group = {"id": -100200300, "type": "supergroup", "title": "x"}
    silent = []
    for kind in ("group", "supergroup", "channel"):
        message = api.message(-5, text="/start", chat_type=kind)
        silent.append(api.update(message=message))
    from_bot = api.message(88, text="/start")
    from_bot["from"]["is_bot"] = True
    silent.append(api.update(message=from_bot))
    press = api.press(-5, 1, "menu")
    press["message"]["chat"] = group
    silent.append(api.update(callback_query=press))
    silent.append(api.update(channel_post={**from_bot, "chat": group}))
    inline = {"id": "1", "from": from_bot["from"], "query": "x", "offset": ""}
    silent.append(api.update(inline_query=inline))
    async with house.running():
        api.queue(*silent)
        phone.types("/numbers")  # what comes behind them is answered
        await phone.hears("numbers.list")
        await house.quiet()
    assert [params["chat_id"] for params in api.asked("sendMessage")] == [phone.chat]
    assert len(house.rows(conversation)) == 1


async def test_an_edit_is_no_new_message_unless_it_says_stop(
    house: House, phone: Phone
) -> None:
    api = house.api
    async with house.running():
        phone.types("hello there")
        await phone.hears("error.not_understood")
        edited = api.message(phone.chat, text="hello you")
        api.queue(api.update(edited_message={**edited, "edit_date": 1}))
        edited = api.message(phone.chat, text="stop")
        api.queue(api.update(edited_message={**edited, "edit_date": 2}))
        await phone.hears("stop.done")
    assert phone.count("error.not_understood") == 1


async def test_buttons_are_acknowledged_and_old_ones_answered_kindly(
    house: House, phone: Phone
) -> None:
    async with house.running():
        phone.types("/start")
        await phone.presses("go_on")
        phone.taps("AbCdEfGh")  # a token of a screen long gone, or invented
        await phone.hears("error.old_button")
        await eventually(lambda: len(house.api.asked("answerCallbackQuery")) == 2)


async def test_the_language_is_the_apps_and_can_be_changed(house: House) -> None:
    french, arab = Phone(house, 1, "fr-be"), Phone(house, 2, "ar")
    async with house.running():
        french.types("/start")
        arab.types("/help")
        await french.hears("first.hello")
        await arab.hears("telegram.help")
        assert french.said[0].startswith("[fr]")
        assert arab.said[0].startswith("[ar]")
        french.types("/language")
        await french.hears("language.ask")
        french.taps("language:nl")
        await french.hears("language.changed")
        assert any(text.startswith("[nl]") for text in french.said)
        french.types("/help")
        await french.hears("telegram.help")
        assert french.said[-1].startswith("[nl]")


async def test_messages_arrive_without_sound_preview_or_markup(
    house: House, phone: Phone
) -> None:
    async with house.running():
        phone.types("/start")
        await phone.hears("first.hello")
        await house.quiet()
    for params in house.api.asked("sendMessage"):
        assert params["disable_notification"] is True
        assert params["link_preview_options"] == {"is_disabled": True}
        assert "parse_mode" not in params


async def test_the_menu_is_set_once_in_every_language(house: House) -> None:
    for times in (5, 10):
        async with house.running():
            await eventually(
                lambda times=times: (
                    len(house.api.asked("getMyShortDescription")) == times
                    and len(house.api.texts) == 10
                )
            )
    assert set(house.api.commands) == {"", "en", "nl", "fr", "ar"}
    names = [command["command"] for command in house.api.commands["nl"]]
    assert {"stop", "numbers", "language", "erase", "help"} <= set(names)
    assert len(house.api.asked("setMyCommands")) == 5
    assert not house.api.asked("sendMessage")  # nobody is written to first (P8)


def _sticker(file: dict[str, str]) -> dict[str, object]:
    shape = {"width": 9, "height": 9, "is_animated": False, "is_video": False}
    return {**file, **shape, "type": "regular"}


def _opened_words(house: House) -> list[str]:
    import pyrage

    from bot.store.schema import case_file

    (case,) = house.rows(case_file)
    key = pyrage.decrypt(case.sealed_key, [house.centre_identity]).decode()
    identity = pyrage.x25519.Identity.from_str(key)
    rows = sorted(house.rows(case_message), key=lambda row: row.id)
    words = [row.sealed for row in rows if row.author == "person"]
    return [pyrage.decrypt(sealed, [identity]).decode() for sealed in words]


def _assert_nowhere(
    house: House, caplog: pytest.LogCaptureFixture, *canaries: str
) -> None:
    path = Path(str(house.database.engine.url.database))
    files = [path, *path.parent.glob(f"{path.name}-*")]
    for canary in canaries:
        for file in files:
            assert canary.encode() not in file.read_bytes(), file.name
        ours = "\n".join(
            record.getMessage() + str(record.exc_info or "")
            for record in caplog.records
            if record.name.split(".")[0] not in {"asyncio", "python_multipart"}
        )
        assert canary not in ours
