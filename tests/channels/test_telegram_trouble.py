"""The Telegram channel when things fail: nothing is lost, nothing said too late."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from bot.channels.telegram import Telegram, telegram_routes
from bot.channels.web import build_web
from bot.errors import PasserelleError
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.schema import conversation, inbox, outbox, sent_message
from bot.store.seal import Pocket
from tests.bot_api import BotApi
from tests.telegram_house import SECRET, House, Phone, eventually

WEBHOOK = {
    "TELEGRAM_WEBHOOK_URL": "https://notes.example",
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> Iterator[House]:
    with BotApi().serve() as api:
        yield House(api, sqlite_database, pocket)


@pytest.fixture
def shared_house(database: Database, pocket: Pocket) -> Iterator[House]:
    """Once on SQLite, once on PostgreSQL."""
    with BotApi().serve() as api:
        yield House(api, database, pocket)


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house)


async def test_a_wait_that_telegram_asks_for_is_kept(
    house: House, phone: Phone
) -> None:
    house.api.fail("sendMessage", 429, retry_after=40)
    other = Phone(house, 5)
    async with house.running():
        phone.types("/numbers")
        await eventually(lambda: _put_off(house))
        phone.types("/help")  # the line behind it has to wait as well...
        other.types("/numbers")  # ...but nobody else has
        await other.hears("numbers.list")
        house.clock.move(seconds=39)
        await asyncio.sleep(0.3)
        assert phone.count("numbers.list") == 0
        house.clock.move(seconds=2)
        await phone.hears("numbers.list")


async def test_a_blocked_chat_is_sent_nothing_more(house: House, phone: Phone) -> None:
    async with house.running():
        phone.types("/start")
        await phone.hears("first.hello")
        await house.quiet()
        house.api.calls.clear()
        house.api.fail("sendMessage", 403, times=99)
        for _ in range(3):
            phone.types("/numbers")
            await house.quiet()
        house.clock.move(hours=1)
        await asyncio.sleep(0.3)
    assert len(house.api.asked("sendMessage")) >= 1
    (row,) = house.rows(conversation)
    assert row.silenced
    assert all(line.status == "dropped" for line in house.rows(outbox))


@pytest.mark.parametrize("options", [{"status": 500}, {"status": 502, "times": 3}])
async def test_a_platform_in_trouble_is_tried_again(
    house: House, phone: Phone, options: dict[str, int]
) -> None:
    house.api.fail("sendMessage", **options)
    async with house.running():
        phone.types("/numbers")
        await eventually(
            lambda: phone.count("numbers.list"),
            also=lambda: house.clock.move(seconds=1),
        )
        await house.quiet()
    assert phone.count("numbers.list") == 1


async def test_a_send_that_hangs_is_given_up_within_the_lease(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_dispatch.SEND_SECONDS", 0.3)
    house.api.fail("sendMessage", 200, hang=2)
    async with house.running():
        phone.types("/numbers")
        await eventually(lambda: _put_off(house), seconds=1.5)
        house.clock.move(seconds=5)
        await phone.hears("numbers.list")


async def test_a_line_that_is_refused_does_not_hold_up_the_next(
    house: House, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    house.api.fail("sendMessage", 400)
    async with house.running():
        phone.types("/numbers")
        await eventually(lambda: _statuses(house) == ["failed"])
        phone.types("/language")
        await phone.hears("language.ask")
    assert "BadRequest" in caplog.text


@pytest.mark.promise(9)
async def test_both_sides_are_wiped_after_the_hours_set(
    house: House, phone: Phone
) -> None:
    async with house.running(PASSERELLE_WIPE_HOURS="3"):
        phone.types("/start")
        await phone.hears("first.hello")
        await house.quiet()
        house.clock.move(hours=2)
        phone.types("/numbers")
        await phone.hears("numbers.list")
        await house.quiet()
        house.clock.move(hours=1, minutes=1)
        await eventually(lambda: len(house.api.shown(phone.chat)) == 2)
        assert [said.split()[1] for said in phone.said] == ["numbers.list"]
        house.clock.move(hours=2)
        await eventually(lambda: not house.api.shown(phone.chat))
        await eventually(lambda: not house.rows(sent_message))


@pytest.mark.promise(9)
async def test_what_cannot_be_deleted_does_not_keep_the_rest(
    house: House, phone: Phone
) -> None:
    async with house.running():
        for _ in range(3):
            phone.types("/numbers")
        await phone.hears("numbers.list", times=3)
        await house.quiet()
        stuck = house.api.shown(phone.chat)[0].id
        house.api.too_old.add(stuck)
        house.api.fail("deleteMessages", 500)
        house.clock.move(hours=25)
        await eventually(
            lambda: [m.id for m in house.api.shown(phone.chat)] == [stuck],
            also=lambda: house.clock.move(seconds=30),
        )
        await eventually(lambda: not house.rows(sent_message))


@pytest.mark.promise(17)
async def test_what_was_accepted_is_answered_by_the_next_process(
    shared_house: House,
) -> None:
    """The first process dies between the inbox and the turn, and in mid-turn."""
    house, phone = shared_house, Phone(shared_house)
    held = Inbox(house.database, house.pocket)
    dying = Telegram(house.chat())
    updates = [phone.update(f"/{name}") for name in ("start", "numbers", "language")]
    for update in updates:
        await dying.accept(_parsed(update))
    claimed = held.claim_next(house.clock())
    assert claimed
    await dying._turns.turns.handle(_arrival(claimed.payload).incoming)  # no mark_done
    await dying._client.close()
    async with house.running():
        house.clock.move(minutes=3)  # the dead process's lease
        await phone.hears("language.ask")
        await house.quiet()
    keys = [text.split()[1] for text in phone.said]
    assert keys == ["first.hello", "numbers.list", "language.ask"]
    assert all(row.payload_sealed is None for row in house.rows(inbox))


@pytest.mark.promise(17)
async def test_stopping_in_the_middle_of_a_burst_loses_nothing(
    house: House, phone: Phone
) -> None:
    for _ in range(12):
        phone.types("/numbers")
    for _ in range(6):
        async with house.running():
            await asyncio.sleep(0.15)
    async with house.running():
        house.clock.move(minutes=3)
        await phone.hears("numbers.list", times=12)
        await house.quiet()
    assert phone.count("numbers.list") == 12


@pytest.mark.promise(17)
async def test_two_processes_share_the_work(shared_house: House) -> None:
    house = shared_house
    phones = [Phone(house, 100 + i) for i in range(6)]
    async with house.running(), house.running():
        for phone in phones:
            for text in ("/start", "/numbers", "/help"):
                phone.types(text)
        for phone in phones:
            await phone.hears("telegram.help")
        await house.quiet()
    for phone in phones:
        assert sorted(text.split()[1] for text in phone.said) == [
            "first.hello",
            "numbers.list",
            "telegram.help",
        ]


@pytest.mark.promise(20)
async def test_without_the_store_there_is_a_sentence_and_nothing_is_lost(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = True
    real = Database.write

    def write(database: Database) -> Any:
        if away:
            raise PasserelleError
        return real(database)

    monkeypatch.setattr(Database, "write", write)
    async with house.running():
        phone.types("/numbers")
        await phone.hears("numbers.list")
        phone.types("hello")
        await asyncio.sleep(0.5)
        assert phone.count("numbers.list") == 1  # asked for again and again, said once
        away = False
        await phone.hears("error.not_understood")
        await house.quiet()


async def test_another_process_that_polls_is_waited_for(
    house: House, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    house.api.fail("getUpdates", 409, times=2)
    phone.types("/numbers")
    async with house.running():
        await phone.hears("numbers.list")
    assert caplog.text.count("Another process asks Telegram") == 1


@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates", "getMyCommands"])
async def test_a_refused_token_is_named_without_being_told(
    house: House, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    house.api.fail(method, 401)
    async with house.running():
        await eventually(lambda: "TELEGRAM_BOT_TOKEN was refused" in caplog.text)
        await eventually(lambda: len(house.api.asked(method)) > 1)
    assert "only-tests-may-use" not in caplog.text


async def test_an_unreadable_update_does_not_block_the_next(
    house: House, phone: Phone
) -> None:
    api = house.api
    api.queue(api.update(message={"message_id": "x"}), api.update(message=[1, 2]))
    phone.types("/numbers")
    async with house.running():
        await phone.hears("numbers.list")


# The webhook


@asynccontextmanager
async def webhook(house: House, **values: str) -> AsyncIterator[str]:
    """The chat's page with the webhook on it; gives the webhook's loopback address."""
    chat = house.chat(**WEBHOOK, **values)
    telegram = Telegram(chat, second=0.05)
    app = build_web(chat, extra_routes=telegram_routes(telegram, chat))
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    async with telegram.run():
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started and house.api.webhook)
        port = server.servers[0].sockets[0].getsockname()[1]
        assert house.api.webhook
        public = str(house.api.webhook["url"])
        try:
            yield public.replace("https://notes.example", f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            await serving


async def test_updates_are_brought_with_the_secret(house: House, phone: Phone) -> None:
    async with webhook(house) as address:
        assert house.api.webhook
        assert house.api.webhook["secret_token"] == SECRET
        assert len(address.rsplit("/", 1)[1]) >= 22  # a path that nobody guesses
        update = phone.update("/numbers")
        for _ in range(3):  # Telegram repeats itself when an answer is lost
            answer = await house.api.bring(update, to=address)
            assert (answer.status_code, answer.content) == (200, b"")
        await phone.hears("numbers.list")
        await house.quiet()
        assert phone.count("numbers.list") == 1
        assert not house.api.asked("getUpdates")


@pytest.mark.parametrize("secret", [None, "wrong", SECRET + "x", SECRET[:-1]])
async def test_a_forged_update_gets_nothing(
    house: House, phone: Phone, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with webhook(house) as address:
        caplog.clear()
        update = phone.update("/numbers")
        answer = await house.api.bring(update, to=address, secret=secret)
        assert (answer.status_code, answer.content) == (404, b"")
        await asyncio.sleep(0.2)
        assert not house.rows(inbox)
        assert not [r for r in caplog.records if r.name.startswith("bot")]


async def test_no_secret_set_means_no_update_taken(house: House, phone: Phone) -> None:
    """Even if such a process could be started."""
    chat = house.chat(**WEBHOOK)
    settings = replace(chat.settings, telegram_webhook_secret="")
    telegram = Telegram(replace(chat, settings=settings))
    app = build_web(chat, extra_routes=telegram_routes(telegram, telegram._chat))
    import httpx

    (route,) = telegram_routes(telegram, telegram._chat)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.post(route.path, json=phone.update("/numbers"))
    await telegram._client.close()
    assert answer.status_code == 404
    assert not house.rows(inbox)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"update_id":"1"}',
        b'{"update_id":1,"message":7}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"update_id":1,"message":{"text":"' + b"a" * 1_100_000 + b'"}}',
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_a_broken_update_is_refused_in_silence(
    house: House, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with webhook(house) as address:
        caplog.clear()
        answer = await house.api.bring(body, to=address)
        assert (answer.status_code, answer.content) == (400, b"")
        assert not [r for r in caplog.records if r.name.startswith("bot")]
    assert not house.rows(inbox)


async def test_an_update_that_cannot_be_stored_is_asked_for_again(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with webhook(house) as address:
        update = phone.update("/numbers")
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "accept", _fail)
            answer = await house.api.bring(update, to=address)
            assert answer.status_code == 503
        answer = await house.api.bring(update, to=address)
        assert answer.status_code == 200
        await phone.hears("numbers.list")


def _fail(*_: object, **__: object) -> None:
    raise PasserelleError


def _statuses(house: House) -> list[str]:
    return [row.status for row in house.rows(outbox)]


def _put_off(house: House) -> bool:
    return any(r.status == "waiting" and r.attempts for r in house.rows(outbox))


def _parsed(update: dict[str, Any]) -> Any:
    from bot.channels.telegram_bot import parse_update

    return parse_update(update)


def _arrival(payload: str) -> Any:
    from bot.channels.telegram_updates import Arrival

    return Arrival.read(payload)
