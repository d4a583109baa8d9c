"""Reading updates: what is taken from them, and what is left alone."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_bot import UpdatesRequest, parse_update
from bot.channels.telegram_updates import Arrival, read_update
from bot.intake.ports import Kind
from tests.telegram_house import all_control

PERSON = {"id": 7, "is_bot": False, "first_name": "Zebra", "language_code": "fr"}
BOT = {"id": 8, "is_bot": True, "first_name": "Other"}
CHAT = {"id": 7, "type": "private", "first_name": "Zebra"}


def read(**content: Any) -> Arrival | None:
    """The arrival of a message with this content."""
    message = {"message_id": 5, "date": 1, "chat": CHAT, "from": PERSON, **content}
    update = parse_update({"update_id": 1, "message": message})
    assert update is not None
    return read_update(update, all_control().hear)


@pytest.mark.parametrize(
    ("text", "kind", "read_as"),
    [
        ("/start", Kind.COMMAND, "start"),
        ("/start AbC_12-x", Kind.COMMAND, "start"),
        ("/start ../../etc", Kind.COMMAND, "start"),
        ("/START", Kind.COMMAND, "start"),
        ("/stop@notes_bot", Kind.COMMAND, "stop"),
        ("/stop now please", Kind.COMMAND, "stop"),
        (" /numbers ", Kind.COMMAND, "numbers"),
        ("/help he is coming", Kind.TEXT, "help he is coming"),
        ("/erase my name", Kind.TEXT, "erase my name"),
        ("/start he hurts me", Kind.TEXT, "start he hurts me"),
        ("/consent_given", Kind.TEXT, "/consent_given"),
        ("hello /stop", Kind.TEXT, "hello /stop"),
        ("", Kind.TEXT, ""),
        ("a\x00b\u202ec\ud800", Kind.TEXT, "abc"),
        ("می‌خواهم", Kind.TEXT, "می‌خواهم"),  # the joiner is part of the word
    ],
)
def test_text(text: str, kind: Kind, read_as: str) -> None:
    arrival = read(text=text)
    assert arrival is not None
    assert (arrival.kind, arrival.text) == (kind, read_as)


@pytest.mark.promise(4)
def test_nothing_else_of_the_person_is_kept() -> None:
    arrival = read(text="hello")
    assert arrival is not None
    assert asdict(arrival) == {
        "update_id": "1",
        "chat_id": "7",
        "kind": Kind.TEXT,
        "text": "hello",
        "language": "fr",
        "message_id": "5",
        "link": "",
    }
    assert Arrival.read(arrival.write()) == arrival


@pytest.mark.promise(2)
def test_a_stop_under_a_picture_is_heard() -> None:
    photo = [{"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1}]
    arrival = read(photo=photo, caption="Stop!")
    assert arrival is not None
    assert (arrival.kind, arrival.text) == (Kind.TEXT, "Stop!")
    arrival = read(photo=photo, caption="this is my boss")
    assert arrival is not None
    assert (arrival.kind, arrival.text) == (Kind.ATTACHMENT, "")


@pytest.mark.parametrize(
    "content",
    [
        {"via_bot": BOT},
        {"forward_origin": {"type": "user", "date": 1, "sender_user": BOT}},
    ],
)
def test_another_bots_words_are_not_the_persons(content: dict[str, Any]) -> None:
    arrival = read(text="/erase", **content)
    assert arrival is not None
    assert (arrival.kind, arrival.text) == (Kind.ATTACHMENT, "")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "x", "chat": {"id": -1, "type": "group", "title": "x"}},
        {"text": "x", "chat": {"id": -1, "type": "channel", "title": "x"}},
        {"text": "x", "from": BOT},
        {"text": "x", "from": None},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"text": {"a": 1}},
    ],
)
def test_silence(content: dict[str, Any]) -> None:
    assert read(**content) is None


@pytest.mark.parametrize(
    ("code", "tag"),
    [("zh-hans", "zh-Hans"), ("hr", "sr-Latn"), ("pt-br", "pt-br"), ("../x", None)],
)
def test_language_codes(code: str, tag: str | None) -> None:
    arrival = read(text="x", **{"from": {**PERSON, "language_code": code}})
    assert arrival is not None
    assert arrival.language == tag


def test_buttons_of_messages_too_old_to_see_still_work() -> None:
    gone = {"message_id": 3, "date": 0, "chat": CHAT}
    press = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "stop"}
    update = parse_update(
        {"update_id": 1, "callback_query": {**press, "message": gone}}
    )
    assert update is not None
    arrival = read_update(update, all_control().hear)
    assert arrival is not None
    assert (arrival.kind, arrival.text) == (Kind.BUTTON, "stop")
    no_chat = parse_update({"update_id": 1, "callback_query": press})
    assert no_chat is not None
    assert read_update(no_chat, all_control().hear) is None


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "chat", "from", "text", "id", "date", "photo", "type"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(_junk)
def test_no_shape_of_json_raises(junk: object) -> None:
    update = parse_update({"update_id": 1, "message": junk})
    if update is not None and update.message is not None:
        read_update(update, lambda _: None)


def test_an_unreadable_update_keeps_its_number() -> None:
    payload = (
        b'{"ok":true,"result":[{"update_id":4,"message":{"chat":1}},"x",'
        b'{"update_id":5,"poll":3}]}'
    )
    answer = UpdatesRequest.parse_json_payload(payload)
    assert answer["result"] == [{"update_id": 4}, {"update_id": 5}]
