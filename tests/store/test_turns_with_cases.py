"""What a turn does to a case: hand over, add words, withdraw, erase."""

import pytest
import sqlalchemy as sa

from bot.errors import ConflictError
from bot.intake.ports import ConsentDecision
from bot.store.chain import audit_chain
from bot.store.schema import OPENED, case_file, case_message


def read_case(database):
    with database.read() as connection:
        return connection.execute(case_file.select()).one()


def messages(database):
    with database.read() as connection:
        query = sa.select(case_message.c.author).order_by(case_message.c.id)
        return connection.execute(query).scalars().all()


def test_a_handover_stores_the_case_with_its_first_message(person, new_case, database):
    case = new_case(urgent=True)
    person.turn("handover.done", new_case=case)
    stored = read_case(database)
    assert (stored.status, stored.number) == ("waiting", case.number)
    assert stored.urgent
    assert not stored.interpreter
    assert stored.sealed_key == case.sealed_key
    assert messages(database) == ["handover"]
    assert person.conversation.case_id == case.id


def test_the_exposed_side_sees_of_a_case_only_its_outside(person, new_case):
    assert person.store.centre_recipient("surya") is None
    case = new_case()
    person.turn("handover.done", new_case=case)
    view = person.store.case_of(person.conversation)
    assert (view.id, view.number, view.centre) == (case.id, case.number, "payoke")
    assert (view.recipient, view.status) == (case.recipient, "waiting")
    assert person.store.centre_recipient("payoke").startswith("age1")


def test_a_person_without_a_handover_has_no_case(person):
    person.turn("first")
    assert person.store.case_of(person.conversation) is None


def test_a_case_number_taken_by_another_process_is_decided_again(
    person, chatter, new_case, noon
):
    case = new_case()
    person.turn("handover.done", new_case=case)
    chatter.turn("first")
    late = chatter.change("handover.done", new_case=new_case(number=case.number))
    with pytest.raises(ConflictError):
        chatter.store.commit(late, now=noon)
    assert chatter.store.case_of(chatter.conversation) is None


def test_a_free_case_number_has_six_digits_and_is_not_taken(
    person, new_case, monkeypatch
):
    draws = iter([42, 42, 7])
    monkeypatch.setattr("secrets.randbelow", lambda _below: next(draws))
    assert person.store.free_case_number() == "000042"
    person.turn("handover.done", new_case=new_case(number="000042"))
    assert person.store.free_case_number() == "000007"


def test_words_go_to_the_case_and_mark_that_the_person_wrote(
    person, new_case, database, noon
):
    person.turn("handover.done", new_case=new_case())
    later = noon.replace(hour=18)
    person.turn(sealed_words=b"sealed", now=later)
    assert messages(database) == ["handover", "person"]
    stored = read_case(database)
    assert stored.person_wrote_at == stored.last_activity_at == later


def test_words_never_reach_a_case_erased_meanwhile(person, new_case, database, noon):
    person.turn("handover.done", new_case=new_case())
    words = person.change(sealed_words=b"sealed")
    with database.write() as connection:
        connection.execute(case_file.update().values(status="erased", sealed_key=None))
    with pytest.raises(ConflictError):
        person.store.commit(words, now=noon)


def test_withdrawing_destroys_the_key_and_the_messages(person, new_case, database):
    person.turn("handover.done", new_case=new_case())
    person.turn("withdraw.done", erase_case=True)
    stored = read_case(database)
    assert (stored.status, stored.sealed_key) == ("erased", None)
    assert messages(database) == []


def test_erasing_everything_erases_the_case_too(person, new_case, database):
    person.turn("handover.done", new_case=new_case())
    person.turn(
        "erase.done",
        erase_case=True,
        erase_conversation=True,
        after={"case_id": None},
    )
    stored = read_case(database)
    assert (stored.sealed_key, stored.conversation_id) == (None, None)
    assert messages(database) == []


def test_a_withdrawn_permission_to_write_reaches_the_case(
    person, new_case, database, noon
):
    person.turn("handover.done", new_case=new_case(may_write=True))
    no = ConsentDecision("write_here", "withdrawn", "v1", "en", "reviewed", noon)
    person.turn("relay.silent", consents=[no])
    assert read_case(database).may_write is False


def test_the_person_learns_when_and_by_which_role_the_case_was_opened(
    person, new_case, database, noon
):
    case = new_case()
    person.turn("handover.done", new_case=case)
    told = {
        "centre_id": "payoke",
        "case_id": case.id,
        "colleague_role": "caseworker",
        "colleague_id": "k1",
        "at": noon,
    }
    chain = audit_chain(b"k" * 32)
    with database.write() as connection:
        for event in (OPENED, "claimed", OPENED):
            chain.append(connection, {**told, "event": event})
    seen = person.store.who_has_seen(case.id)
    assert list(seen) == [(noon, "caseworker"), (noon, "caseworker")]


def test_a_wish_for_an_interpreter_is_on_the_case(person, new_case, database, noon):
    person.turn("handover.done", new_case=new_case())
    assert not read_case(database).interpreter
    person.turn("relay.interpreter", wants_interpreter=True, now=noon)
    assert read_case(database).interpreter
    assert messages(database) == ["handover"]


def test_a_wish_for_a_case_erased_meanwhile_is_decided_again(person, new_case, noon):
    person.turn("handover.done", new_case=new_case())
    late = person.change("relay.interpreter", wants_interpreter=True)
    person.turn("withdraw.done", erase_case=True)
    with pytest.raises(ConflictError):
        person.store.commit(late, now=noon)
