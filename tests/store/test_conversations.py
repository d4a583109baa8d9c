"""A turn is stored whole or not at all, once, and without a readable word."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.errors import AlreadySeenError, CannotOpenError, ConflictError
from bot.intake.conversation import Channel, Intent, Step
from bot.intake.ports import ConsentDecision
from bot.intake.reply import Author
from bot.store.chain import consent_chain
from bot.store.schema import consent, conversation, metadata, outbox, seen_update


def count(database, table):
    with database.read() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(table)
        ).scalar()


def everything_at_rest(database):
    with database.read() as connection:
        rows = [
            connection.execute(table.select()).all()
            for table in metadata.tables.values()
        ]
    return repr(rows)


def test_an_unknown_address_has_no_conversation(person):
    assert person.conversation is None


@pytest.mark.parametrize("channel", Channel)
def test_a_conversation_comes_back_as_it_was_left(channel, new_person):
    somebody = new_person(channel, "4711")
    told = {
        "step": Step.REGION,
        "language": "fa",
        "stopped": True,
        "facts": {"talk": "yes", "region": "brussels"},
        "draft": {"number": "0470 12 34 56"},
        "buttons": {"k3j4h5g6": Intent("choose", (("choice", "brussels"),))},
        "last_say": "region",
    }
    stored = somebody.turn("first").after
    somebody.turn("region", after=told)
    assert somebody.conversation == replace(stored, **told, version=2)


def test_an_update_has_no_second_effect(person, database, noon):
    incoming = person.incoming("twice")
    late = person.change("menu", incoming=incoming)
    person.turn("menu", incoming=incoming)
    with pytest.raises(AlreadySeenError):
        person.store.load(incoming)
    with pytest.raises(AlreadySeenError):
        person.store.commit(late, now=noon)
    assert count(database, outbox) == 1


def test_the_same_update_number_on_another_channel_is_another_update(person, chatter):
    person.turn("menu", incoming=person.incoming("1"))
    chatter.turn("menu", incoming=chatter.incoming("1"))
    assert person.conversation.id != chatter.conversation.id


def test_of_two_turns_from_the_same_version_one_wins(person, database, noon):
    person.turn("first")
    one, other = person.change("one"), person.change("other")
    person.store.commit(one, now=noon)
    with pytest.raises(ConflictError):
        person.store.commit(other, now=noon)
    with database.read() as connection:
        assert count(database, seen_update) == 2  # the loser left nothing behind
        assert connection.execute(sa.select(conversation.c.version)).scalar() == 2


def test_of_two_first_turns_at_one_address_one_wins(person, database, noon):
    one, other = person.change("one"), person.change("other")
    person.store.commit(one, now=noon)
    with pytest.raises(ConflictError):
        person.store.commit(other, now=noon)
    assert count(database, conversation) == 1
    assert person.conversation.id == one.after.id


def test_the_bot_leaves_no_line_where_a_human_speaks(chatter, database, human):
    chatter.turn("first", after=human)
    chatter.turn("stop.done", author=Author.CONTROL)
    with database.read() as connection:
        assert connection.execute(sa.select(outbox.c.author)).scalars().all() == [
            "control"
        ]


def test_nothing_a_person_typed_and_no_address_is_readable_at_rest(
    person, chatter, database, noon
):
    for somebody in (person, chatter):
        change = somebody.change("preview", after={"draft": {"word": "sunflower"}})
        line = replace(change.lines[0], args={"text": "sunflower"})
        somebody.store.commit(replace(change, lines=[line]), now=noon)
    at_rest = everything_at_rest(database)
    for secret in ("sunflower", person.address, chatter.address):
        assert secret not in at_rest


def test_a_web_draft_does_not_open_without_the_persons_address(
    person, database, pocket
):
    person.turn("preview", after={"draft": {"word": "sunflower"}})
    with database.read() as connection:
        sealed = connection.execute(sa.select(conversation.c.draft_sealed)).scalar()
    assert pocket.open("draft", sealed, address=person.address) == {"word": "sunflower"}
    for wrong in ("", "another address"):
        with pytest.raises(CannotOpenError):
            pocket.open("draft", sealed, address=wrong)


def test_a_forgotten_draft_is_gone(person, database, pocket):
    person.turn("preview", after={"draft": {"word": "sunflower"}})
    person.turn("menu", after={"draft": {}})
    assert person.conversation.draft == {}
    with database.read() as connection:
        sealed = connection.execute(sa.select(conversation.c.draft_sealed)).scalar()
    assert pocket.open("draft", sealed, address=person.address) == {}


def test_a_draft_looks_the_same_with_or_without_the_links_region(person, database):
    """Nobody can tell by a row who came by a link, nor by which."""
    lengths = set()
    for region in (None, "brussels", "flanders", "wallonia"):
        person.turn("menu", after={"link_region": region})
        assert person.conversation.link_region == region
        with database.read() as connection:
            query = sa.select(conversation.c.draft_sealed)
            lengths.add(len(connection.execute(query).scalar()))
    assert len(lengths) == 1


def decision(noon, answer="yes", purpose="note_contact"):
    return ConsentDecision(purpose, answer, "v1", "en", "reviewed", noon)


def test_answers_are_chained_in_the_order_given(person, database, pocket, noon):
    person.turn("a", consents=[decision(noon, "yes"), decision(noon, "no")])
    person.turn("b", consents=[decision(noon, "withdrawn")])
    chain = consent_chain(pocket.chain_key)
    with database.read() as connection:
        query = sa.select(consent.c.decision).order_by(consent.c.position)
        assert connection.execute(query).scalars().all() == ["yes", "no", "withdrawn"]
        assert chain.first_broken(connection, person.conversation.id) is None


def test_erasing_a_conversation_leaves_only_that_the_update_was_seen(
    person, database, noon
):
    person.turn("a", consents=[decision(noon)], after={"draft": {"word": "x"}})
    person.turn("erase.done", author=Author.CONTROL, erase_conversation=True)
    assert person.conversation is None
    left = {table.name for table in metadata.tables.values() if count(database, table)}
    assert left == {"seen_update"}


def test_erasing_loses_to_a_turn_that_came_first(person, noon):
    person.turn("first")
    erasure = person.change("erase.done", erase_conversation=True)
    person.turn("menu")
    with pytest.raises(ConflictError):
        person.store.commit(erasure, now=noon)
    assert person.conversation is not None


def test_an_erased_person_may_begin_again(person):
    first = person.turn("first").after.id
    person.turn("erase.done", erase_conversation=True)
    assert person.turn("first").after.id != first


def test_a_receipt_brings_the_conversation_to_another_address(person, new_person):
    told = {"draft": {"word": "x"}, "step": Step.RELAY}
    id_ = person.turn("receipt", after=told, receipt_code="blue-7").after.id
    phone = new_person(Channel.WEB, "another phone's token")
    phone.turn("first")
    assert phone.store.reattach(phone.incoming(), "blue-7")
    assert person.conversation is None
    assert phone.conversation.id == id_
    assert phone.conversation.step is Step.RELAY
    assert phone.conversation.draft == {}


def test_a_receipt_never_pushes_out_another_case(person, new_person, new_case):
    person.turn("receipt", receipt_code="blue-7")
    phone = new_person(Channel.WEB, "another phone's token")
    phone.turn("handover.done", new_case=new_case())
    assert not phone.store.reattach(phone.incoming(), "blue-7")
    assert phone.conversation.case_id is not None


def test_a_wrong_receipt_moves_nothing(person, new_person, database):
    person.turn("receipt", receipt_code="blue-7")
    phone = new_person(Channel.WEB, "another")
    assert not phone.store.reattach(phone.incoming(), "blue-8")
    assert phone.conversation is None
    assert "blue-7" not in everything_at_rest(database)


def test_after_leaving_only_the_code_leads_back(person, new_case):
    person.turn("handover.done", new_case=new_case(), receipt_code="ABCD")
    left = person.conversation.id
    person.turn("web.left", author=Author.CONTROL, forget_address=True)
    assert person.conversation is None
    assert person.store.reattach(person.incoming(), "ABCD")
    assert person.conversation.id == left
