"""What Telegram handed over is handled once, in order, whoever dies in between."""

from datetime import timedelta

import pytest

from bot.store.inbox import LEASE, Inbox
from bot.store.schema import inbox as table


@pytest.fixture
def inbox(database, pocket):
    return Inbox(database, pocket)


def accept(inbox, noon, update_id, address="4711"):
    payload = f"words of {update_id}"
    return inbox.accept(update_id, address=address, payload=payload, now=noon)


def test_an_update_is_accepted_once(inbox, noon):
    assert accept(inbox, noon, "1")
    assert not accept(inbox, noon, "1")
    assert inbox.claim_next(noon).payload == "words of 1"
    assert inbox.claim_next(noon) is None


def test_an_update_handled_before_is_not_accepted_again(inbox, noon):
    accept(inbox, noon, "1")
    inbox.mark_done(inbox.claim_next(noon))
    assert not accept(inbox, noon, "1")


def test_a_persons_updates_go_one_after_the_other(inbox, noon):
    accept(inbox, noon, "1")
    accept(inbox, noon, "2")
    first = inbox.claim_next(noon)
    assert inbox.claim_next(noon) is None
    inbox.mark_done(first)
    assert inbox.claim_next(noon).payload == "words of 2"


def test_different_persons_do_not_wait_for_each_other(inbox, noon):
    accept(inbox, noon, "1", "4711")
    accept(inbox, noon, "2", "4712")
    assert inbox.claim_next(noon).payload == "words of 1"
    assert inbox.claim_next(noon).payload == "words of 2"


def test_an_update_whose_worker_died_is_handled_by_the_next(inbox, noon):
    accept(inbox, noon, "1")
    assert inbox.claim_next(noon).attempts == 1
    assert inbox.claim_next(noon + LEASE / 2) is None
    assert inbox.claim_next(noon + LEASE).attempts == 2


def test_an_update_given_back_waits_and_keeps_its_place(inbox, noon):
    accept(inbox, noon, "1")
    accept(inbox, noon, "2")
    later = noon + timedelta(seconds=5)
    inbox.retry_at(inbox.claim_next(noon), later)
    assert inbox.claim_next(noon) is None
    assert inbox.claim_next(later).payload == "words of 1"


def test_what_was_written_is_sealed_and_gone_when_handled(inbox, database, noon):
    accept(inbox, noon, "1")
    with database.read() as connection:
        row = connection.execute(table.select()).one()
    assert b"words" not in row.payload_sealed
    inbox.mark_done(inbox.claim_next(noon))
    with database.read() as connection:
        assert connection.execute(table.select()).one().payload_sealed is None
