"""What nobody needs any more goes by itself, and nothing goes too early."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.intake.conversation import Channel
from bot.intake.ports import ConsentDecision
from bot.store.inbox import Inbox
from bot.store.retention import Periods, forget
from bot.store.schema import (
    case_file,
    case_message,
    centre,
    colleague,
    consent,
    conversation,
    inbox,
    invitation,
    outbox,
    seen_update,
    sent_message,
    session,
)
from bot.store.sent import SentMessages

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(seconds=1)


def count(database, table):
    with database.read() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(table)
        ).scalar()


def forgotten_between(database, table, early, late):
    """Still there just before its time, gone at its time."""
    forget(database, early)
    there = count(database, table)
    forget(database, late)
    return there > 0 and count(database, table) == 0


def test_an_idle_conversation_goes_with_all_that_hangs_on_it(person, database, noon):
    yes = ConsentDecision("note_contact", "yes", "v1", "en", "reviewed", noon)
    person.turn("menu", consents=[yes])
    end = noon + DAY
    assert forgotten_between(database, conversation, end - MOMENT, end)
    assert count(database, outbox) == count(database, consent) == 0


def test_each_turn_starts_the_clock_again(person, database, noon):
    person.turn("menu")
    person.turn("menu", now=noon + 20 * HOUR)
    forget(database, noon + 30 * HOUR)
    assert count(database, conversation) == 1


def test_a_conversation_lives_as_long_as_its_case_but_not_its_draft(
    person, database, new_case, noon
):
    draft = {"number": "0470"}
    person.turn("handover.done", new_case=new_case(), after={"draft": draft})
    forget(database, noon + 30 * DAY)
    assert person.conversation.draft == {}
    assert person.store.case_of(person.conversation).status == "waiting"


def test_a_case_ends_ninety_days_after_the_last_activity(
    person, database, new_case, noon
):
    person.turn("handover.done", new_case=new_case())
    end = noon + 90 * DAY
    assert forgotten_between(database, case_message, end - MOMENT, end)
    with database.read() as connection:
        row = connection.execute(case_file.select()).one()
    assert (row.status, row.sealed_key) == ("erased", None)
    assert count(database, conversation) == 0


def test_a_case_never_ends_while_the_person_is_writing(
    person, database, new_case, noon
):
    person.turn("handover.done", new_case=new_case())
    person.turn(sealed_words=b"sealed", now=noon + HOUR)
    impatient = Periods(case=timedelta(0))
    forget(database, noon + DAY, impatient)
    assert person.store.case_of(person.conversation).status == "waiting"
    forget(database, noon + DAY + HOUR, impatient)
    assert count(database, case_message) == 0


@pytest.mark.parametrize(
    ("channel", "kept"), [(Channel.WEB, 2 * DAY), (Channel.TELEGRAM, 7 * DAY)]
)
def test_updates_are_remembered_as_long_as_they_could_come_again(
    channel, kept, new_person, database, noon
):
    new_person(channel, "4711").turn("menu")
    end = noon + kept
    assert forgotten_between(database, seen_update, end - MOMENT, end)


def test_accepted_updates_are_remembered_seven_days(database, pocket, noon):
    accepted = Inbox(database, pocket)
    accepted.accept("1", address="4711", payload="x", now=noon)
    accepted.mark_done(accepted.claim_next(noon))
    end = noon + 7 * DAY
    assert forgotten_between(database, inbox, end - MOMENT, end)


def test_shown_lines_of_the_page_go_after_ten_minutes(person, database, noon):
    person.turn("menu")
    end = noon + timedelta(minutes=10)
    assert forgotten_between(database, outbox, end - MOMENT, end)


def test_a_line_still_to_be_sent_on_telegram_stays(chatter, database, noon):
    chatter.turn("menu")
    forget(database, noon + HOUR)
    assert count(database, outbox) == 1


def test_what_the_platform_no_longer_lets_us_wipe_is_forgotten(database, pocket, noon):
    SentMessages(database, pocket).note_received("4711", "1", noon)
    end = noon + 2 * DAY
    assert forgotten_between(database, sent_message, end - MOMENT, end)


@pytest.fixture
def signed_in(database, noon):
    with database.write() as connection:
        connection.execute(
            centre.insert(), {"id": "payoke", "recipient": None, "created_at": noon}
        )
        person = {
            "id": "k1",
            "centre_id": "payoke",
            "sign_in_name": "ana",
            "alias": "Ana",
            "role": "caseworker",
            "salt": b"s",
            "sign_in_hash": b"h",
            "wrapped_identity": b"w",
            "active": True,
            "created_at": noon,
        }
        connection.execute(colleague.insert(), person)
        row = {"token_hash": b"t", "colleague_id": "k1"}
        connection.execute(
            session.insert(), {**row, "created_at": noon, "last_used_at": noon}
        )


@pytest.mark.usefixtures("signed_in")
def test_an_idle_session_ends_after_two_hours(database, noon):
    end = noon + 2 * HOUR
    assert forgotten_between(database, session, end - MOMENT, end)


@pytest.mark.usefixtures("signed_in")
def test_a_session_in_use_ends_after_twelve_hours(database, noon):
    with database.write() as connection:
        connection.execute(session.update().values(last_used_at=noon + 12 * HOUR))
    end = noon + 12 * HOUR
    assert forgotten_between(database, session, end - MOMENT, end)


@pytest.mark.usefixtures("signed_in")
def test_an_invitation_ends_with_its_time(database, noon):
    end = noon + HOUR
    row = {"token_hash": b"t", "centre_id": "payoke", "role": "caseworker"}
    with database.write() as connection:
        connection.execute(invitation.insert(), {**row, "expires_at": end})
    assert forgotten_between(database, invitation, end - MOMENT, end)


def test_forgetting_tells_how_much_it_forgot(person, database, noon):
    person.turn("menu")
    assert forget(database, noon + DAY)["conversations"] == 1
    assert set(forget(database, noon + DAY).values()) == {0}
