"""Telegram lines leave in order, at least once, whoever dies in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.intake.conversation import Channel
from bot.intake.reply import Author
from bot.store.dispatch import LEASE, Dispatch
from bot.store.schema import conversation, outbox, sent_message
from bot.store.sent import SentMessages
from bot.store.takeover import add_words


@pytest.fixture
def dispatch(database, pocket):
    return Dispatch(database, pocket)


def rows(database, table):
    with database.read() as connection:
        return connection.execute(table.select().order_by(table.c.id)).all()


def test_a_claim_holds_all_that_is_needed_to_send(chatter, dispatch, noon):
    chatter.turn("menu", after={"language": "fa"})
    claimed = dispatch.claim_next(noon)
    assert (claimed.chat_id, claimed.language) == (chatter.address, "fa")
    assert claimed.line.key == "menu"
    assert claimed.words is None


def test_a_caseworkers_words_come_out_sealed_and_named(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn(after={"language": "fa"}).after.id
    with database.write() as connection:
        add_words(connection, id_, b"sealed", alias="Ana", now=noon)
    claimed = dispatch.claim_next(noon)
    assert (claimed.line, claimed.words, claimed.alias) == (None, b"sealed", "Ana")
    assert claimed.language == "fa"


def test_a_stop_holds_back_a_caseworkers_words_and_nothing_else(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn().after.id
    with database.write() as connection:
        add_words(connection, id_, b"sealed", alias="Ana", now=noon)
    chatter.turn("stop.done", author=Author.CONTROL, after={"stopped": True})
    stopped = dispatch.claim_next(noon)
    assert stopped.line.key == "stop.done"
    dispatch.mark_sent(stopped, "9", noon)
    assert dispatch.claim_next(noon) is None
    chatter.turn(after={"stopped": False})
    assert dispatch.claim_next(noon).words == b"sealed"


def test_a_bare_key_of_the_desk_becomes_a_line_in_the_persons_language(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn(after={"language": "fa"}).after.id
    with database.write() as connection:
        add_words(connection, id_, b"closed.handed_back", alias="Ana", now=noon)
        change = {"kind": "say_key", "author": "bot"}
        connection.execute(outbox.update().values(change))
    claimed = dispatch.claim_next(noon)
    assert (claimed.line.key, claimed.line.author) == ("closed.handed_back", "bot")
    assert (claimed.words, claimed.language) == (None, "fa")


def test_a_web_line_is_never_dispatched(person, dispatch, noon):
    person.turn("menu")
    assert dispatch.claim_next(noon + timedelta(days=1)) is None


def test_a_persons_lines_go_one_after_the_other(chatter, dispatch, noon):
    chatter.turn("one", "two")
    first = dispatch.claim_next(noon)
    assert first.line.key == "one"
    assert dispatch.claim_next(noon) is None  # "two" waits for "one"
    dispatch.mark_sent(first, "9", noon)
    assert dispatch.claim_next(noon).line.key == "two"


def test_one_persons_trouble_does_not_hold_up_another(
    chatter, new_person, dispatch, noon
):
    other = new_person(Channel.TELEGRAM, "4712")
    chatter.turn("one")
    other.turn("two")
    dispatch.retry_at(dispatch.claim_next(noon), noon, timedelta(minutes=1))
    assert dispatch.claim_next(noon).chat_id == other.address


def test_a_sent_line_is_forgotten_and_its_number_kept_sealed(
    chatter, dispatch, database, pocket, noon
):
    chatter.turn("menu")
    dispatch.mark_sent(dispatch.claim_next(noon), "31337", noon)
    assert rows(database, outbox) == []
    assert "31337" not in repr(rows(database, sent_message))
    due = SentMessages(database, pocket).due(noon, after=timedelta(0))
    assert [(m.chat_id, m.message_id) for m in due] == [(chatter.address, "31337")]


def test_a_line_whose_dispatcher_died_is_sent_by_the_next(chatter, dispatch, noon):
    chatter.turn("menu")
    dead = dispatch.claim_next(noon)
    assert dispatch.claim_next(noon + LEASE / 2) is None
    again = dispatch.claim_next(noon + LEASE)
    assert (again.id, again.claim) == (dead.id, dead.claim + 1)


def test_a_dispatcher_that_lost_its_lease_cannot_take_the_line_back(
    chatter, dispatch, database, noon
):
    chatter.turn("menu")
    slow = dispatch.claim_next(noon)
    fast = dispatch.claim_next(noon + LEASE)
    dispatch.retry_at(slow, noon)
    dispatch.fail(slow)
    (row,) = rows(database, outbox)
    assert row.status == "sending"
    dispatch.mark_sent(fast, "9", noon + LEASE)
    assert rows(database, outbox) == []


def test_waiting_doubles_up_to_a_limit_unless_the_platform_says(
    chatter, dispatch, noon
):
    chatter.turn("menu")
    now, waits = noon, []
    for _ in range(10):
        when = dispatch.retry_at(dispatch.claim_next(now), now)
        assert dispatch.claim_next(when - timedelta(seconds=1)) is None
        waits.append((when - now).total_seconds())
        now = when
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == 300
    said = dispatch.retry_at(dispatch.claim_next(now), now, timedelta(seconds=7))
    assert said == now + timedelta(seconds=7)


def test_a_refused_line_is_given_up_and_the_next_one_goes(
    chatter, dispatch, database, noon
):
    chatter.turn("bad", "good")
    dispatch.fail(dispatch.claim_next(noon))
    assert rows(database, outbox)[0].payload == b""
    assert dispatch.claim_next(noon).line.key == "good"


def test_a_person_who_blocked_us_is_sent_nothing_more(
    chatter, dispatch, database, noon
):
    chatter.turn("one", "two")
    late = chatter.change("three")
    dispatch.silence(dispatch.claim_next(noon))
    assert dispatch.claim_next(noon + timedelta(days=1)) is None
    assert chatter.conversation.silenced
    with pytest.raises(Exception, match="changed meanwhile"):
        chatter.store.commit(late, now=noon)
    with database.write() as connection:
        id_ = chatter.conversation.id
        assert not add_words(connection, id_, b"x", alias="Ana", now=noon)


def test_a_line_stored_while_silenced_does_not_go(chatter, dispatch, noon):
    chatter.turn("one", after={"silenced": True})
    assert dispatch.claim_next(noon) is None


def test_the_last_line_after_an_erasure_still_reaches_the_chat(
    chatter, dispatch, database, noon
):
    chatter.turn("menu")
    chatter.turn("erase.done", author=Author.CONTROL, erase_conversation=True)
    assert rows(database, conversation) == []
    farewell = dispatch.claim_next(noon)
    assert (farewell.line.key, farewell.chat_id) == ("erase.done", chatter.address)
    assert farewell.language == "en"
    dispatch.mark_sent(farewell, "9", noon)
    assert dispatch.claim_next(noon) is None  # "menu" was erased with the rest


def test_a_new_beginning_waits_for_the_farewell(chatter, dispatch, noon):
    chatter.turn("menu")
    chatter.turn("erase.done", author=Author.CONTROL, erase_conversation=True)
    chatter.turn("first")
    farewell = dispatch.claim_next(noon)
    assert farewell.line.key == "erase.done"
    assert dispatch.claim_next(noon) is None
    dispatch.mark_sent(farewell, "9", noon)
    assert dispatch.claim_next(noon).line.key == "first"


def test_a_line_sent_while_the_person_erased_is_wiped_at_once(
    chatter, dispatch, database, pocket, noon
):
    chatter.turn("menu")
    claimed = dispatch.claim_next(noon)
    chatter.turn(erase_conversation=True)
    dispatch.mark_sent(claimed, "9", noon)
    due = SentMessages(database, pocket).due(noon, after=timedelta(hours=24))
    assert [m.message_id for m in due] == ["9"]


def test_many_dispatchers_send_each_line_once_and_in_order(
    new_person, database, open_again, pocket, noon
):
    people = [new_person(Channel.TELEGRAM, str(n)) for n in range(6)]
    for somebody in people:
        somebody.turn(*"abcd")
    sent = []

    def work(dispatch):
        for _ in range(40):
            claimed = dispatch.claim_next(noon)
            if claimed is not None:
                sent.append((claimed.chat_id, claimed.line.key))
                dispatch.mark_sent(claimed, "9", noon)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, [Dispatch(open_again(), pocket) for _ in range(3)]))
    for somebody in people:
        assert [key for chat, key in sent if chat == somebody.address] == [*"abcd"]
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count(outbox.c.id))).scalar() == 0


def test_words_say_which_centre_has_the_case(
    chatter, new_case, dispatch, database, noon
):
    id_ = chatter.turn(new_case=new_case()).after.id
    with database.write() as connection:
        add_words(connection, id_, b"sealed", alias="Ana", now=noon)
    assert dispatch.claim_next(noon).centre_id == "payoke"
