"""The web page can always show again what it may have missed, and nothing else."""

from datetime import timedelta

import pytest

from bot.intake.conversation import Channel
from bot.intake.reply import Author
from bot.store.outbox import WebOutbox
from bot.store.schema import outbox
from bot.store.seal import RelayIdentity, Sealer
from bot.store.takeover import add_words, hand_back, take_over


def write_words(database, conversation_id, sealed, now):
    with database.write() as connection:
        return add_words(connection, conversation_id, sealed, alias="Ana", now=now)


def test_the_lines_of_the_last_turn_can_be_shown_again(
    person, database, pocket, keys_of
):
    box = WebOutbox(database, pocket)
    person.turn("first", "numbers")
    assert keys_of(box.lines_to_show(person.address)) == ["first", "numbers"]
    assert box.lines_to_show("another address") == []


def test_the_next_turn_proves_that_the_lines_were_shown(
    person, database, pocket, keys_of
):
    person.turn("first")
    person.turn("menu")
    box = WebOutbox(database, pocket)
    assert keys_of(box.lines_to_show(person.address)) == ["menu"]


def test_a_line_of_the_bot_is_not_shown_again_after_a_takeover(
    person, database, pocket, noon, keys_of
):
    id_ = person.turn("menu").after.id
    person_change = person.change("stop.done", author=Author.CONTROL)
    person.store.commit(person_change, now=noon)
    with database.write() as connection:
        take_over(connection, id_, noon + timedelta(seconds=2))
    box = WebOutbox(database, pocket)
    assert keys_of(box.lines_to_show(person.address)) == ["stop.done"]
    person.turn("numbers", author=Author.CONTROL)
    assert keys_of(box.lines_to_show(person.address)) == ["numbers"]


@pytest.mark.parametrize("handed_back", [False, True])
def test_even_a_line_the_takeover_overlooked_is_not_shown_again(
    handed_back, person, database, pocket, noon
):
    id_ = person.turn("menu").after.id
    with database.read() as connection:
        (row,) = connection.execute(outbox.select()).mappings().all()
    with database.write() as connection:
        take_over(connection, id_, noon + timedelta(seconds=2))
        if handed_back:
            hand_back(connection, id_, noon + timedelta(seconds=2))
        connection.execute(outbox.insert(), {**row, "id": row["id"] + 1})
    assert WebOutbox(database, pocket).lines_to_show(person.address) == []


def test_words_wait_until_the_page_says_that_it_showed_them(
    person, database, pocket, noon, tmp_path
):
    relay = RelayIdentity.load_or_make(tmp_path / "keys" / "relay.txt")
    sealed = Sealer().seal(relay.recipient, "Good evening.")
    id_ = person.turn("relay").after.id
    write_words(database, id_, sealed, noon)
    write_words(database, id_, b"second", noon)
    box = WebOutbox(database, pocket)
    first, second = box.words_waiting(person.address)
    assert (relay.open(first.sealed), first.alias, first.at) == (
        "Good evening.",
        "Ana",
        noon,
    )
    person.turn("relay.sent")  # a turn alone does not acknowledge words
    assert [w.id for w in box.words_waiting(person.address)] == [first.id, second.id]
    box.acknowledge(person.address, first.id)
    assert [w.id for w in box.words_waiting(person.address)] == [second.id]


def test_a_stop_holds_back_words_until_the_person_goes_on(
    person, database, pocket, noon
):
    id_ = person.turn("relay").after.id
    write_words(database, id_, b"sealed", noon)
    box = WebOutbox(database, pocket)
    person.turn("stop.done", author=Author.CONTROL, after={"stopped": True})
    assert box.words_waiting(person.address) == []
    person.turn("relay", after={"stopped": False})
    assert len(box.words_waiting(person.address)) == 1


def test_news_of_the_case_wait_until_acknowledged_or_overtaken(
    person, database, pocket, noon
):
    id_ = person.turn("relay").after.id
    write_words(database, id_, b"closed.handed_back", noon)
    with database.write() as connection:
        change = {"kind": "say_key", "author": "bot"}
        connection.execute(outbox.update().where(outbox.c.kind == "words"), change)
    box = WebOutbox(database, pocket)
    ((number, line),) = box.news_waiting(person.address)
    assert line.key == "closed.handed_back"
    box.acknowledge(person.address, number - 1)
    assert len(box.news_waiting(person.address)) == 1
    box.acknowledge(person.address, number)
    assert box.news_waiting(person.address) == []


def test_nobody_acknowledges_the_words_of_another(person, database, pocket, noon):
    id_ = person.turn("relay").after.id
    write_words(database, id_, b"sealed", noon)
    box = WebOutbox(database, pocket)
    box.acknowledge("another address", 10**6)
    assert len(box.words_waiting(person.address)) == 1


def test_the_number_of_acknowledged_words_is_never_used_again(
    person, database, pocket, noon
):
    id_ = person.turn("relay").after.id
    box = WebOutbox(database, pocket)
    seen = 0
    for _ in range(3):
        write_words(database, id_, b"sealed", noon)
        (words,) = box.words_waiting(person.address)
        assert words.id > seen
        seen = words.id
        box.acknowledge(person.address, seen)


def test_words_for_an_erased_conversation_are_refused(person, database, noon):
    id_ = person.turn("relay").after.id
    person.turn("erase.done", erase_conversation=True)
    assert write_words(database, id_, b"sealed", noon) is False


def test_words_follow_a_person_who_moves_with_the_receipt(
    person, new_person, database, pocket, noon
):
    id_ = person.turn("receipt", receipt_code="blue-7").after.id
    write_words(database, id_, b"sealed", noon)
    phone = new_person(Channel.WEB, "another phone's token")
    person.store.reattach(phone.incoming(), "blue-7")
    box = WebOutbox(database, pocket)
    assert box.words_waiting(person.address) == []
    assert len(box.words_waiting(phone.address)) == 1


def test_words_say_which_centre_has_the_case(person, new_case, database, pocket, noon):
    id_ = person.turn("handover.done", new_case=new_case()).after.id
    write_words(database, id_, b"sealed", noon)
    (words,) = WebOutbox(database, pocket).words_waiting(person.address)
    assert words.centre_id == "payoke"
