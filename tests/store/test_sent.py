"""Both sides of a Telegram chat are wiped in time, also after the person left."""

from datetime import timedelta

import pytest

from bot.store.dispatch import Dispatch
from bot.store.sent import SentMessages

DAY = timedelta(hours=24)


@pytest.fixture
def sent(database, pocket):
    return SentMessages(database, pocket)


def due(sent, now):
    return [message.message_id for message in sent.due(now, after=DAY)]


def test_a_message_is_due_when_its_time_is_up(sent, noon):
    sent.note_received("4711", "1", noon)
    sent.note_received("4711", "2", noon + timedelta(hours=1))
    assert due(sent, noon + DAY - timedelta(seconds=1)) == []
    assert due(sent, noon + DAY) == ["1"]


def test_both_sides_of_a_chat_are_due_at_once_when_asked(
    sent, chatter, database, pocket, noon
):
    sent.note_received(chatter.address, "1", noon)
    chatter.turn("menu")
    dispatch = Dispatch(database, pocket)
    dispatch.mark_sent(dispatch.claim_next(noon), "2", noon)
    sent.note_received("4712", "3", noon)
    sent.wipe_all(chatter.address)
    assert due(sent, noon) == ["1", "2"]


def test_erasing_the_conversation_leaves_the_list_of_what_to_wipe(sent, chatter, noon):
    sent.note_received(chatter.address, "1", noon)
    chatter.turn("menu")
    chatter.turn(erase_conversation=True)
    (message,) = sent.due(noon, after=DAY)
    assert (message.chat_id, message.message_id) == (chatter.address, "1")


def test_a_person_known_only_by_messages_can_erase_too(sent, chatter, noon):
    sent.note_received(chatter.address, "1", noon)
    chatter.turn(erase_conversation=True)
    assert due(sent, noon) == ["1"]


def test_what_was_wiped_is_forgotten(sent, noon):
    sent.note_received("4711", "1", noon)
    sent.mark_wiped(sent.due(noon + DAY, after=DAY))
    assert due(sent, noon + DAY) == []


def test_what_could_not_be_wiped_comes_back_later(sent, noon):
    sent.note_received("4711", "1", noon)
    later = noon + DAY + timedelta(minutes=1)
    sent.retry_at(sent.due(noon + DAY, after=DAY), later)
    assert due(sent, noon + DAY) == []
    assert due(sent, later) == ["1"]
