"""A record that was changed, added, moved or taken out shows."""

import pytest
import sqlalchemy as sa

from bot.errors import PasserelleError
from bot.store.chain import audit_chain, consent_chain
from bot.store.schema import audit, consent

KEY = b"k" * 32


@pytest.fixture
def chain(database, noon):
    chain = consent_chain(KEY)
    with database.write() as connection:
        for decision in ("yes", "no", "withdrawn"):
            values = {
                "chain": "c1",
                "purpose": "note_contact",
                "decision": decision,
                "text_version": "v1",
                "language": "en",
                "review_status": "reviewed",
                "at": noon,
            }
            chain.append(connection, values)
    return chain


def first_broken(database, chain, name="c1"):
    with database.read() as connection:
        return chain.first_broken(connection, name)


def tamper(database, statement):
    """As somebody with all rights on the database would."""
    with database.write() as connection:
        if database.is_sqlite:
            connection.execute(sa.text("DROP TRIGGER consent_no_update"))
        else:
            connection.execute(sa.text("ALTER TABLE consent DISABLE TRIGGER ALL"))
        connection.execute(statement)
        if not database.is_sqlite:
            connection.execute(sa.text("ALTER TABLE consent ENABLE TRIGGER ALL"))


def test_an_honest_chain_is_whole(database, chain):
    assert first_broken(database, chain) is None
    assert first_broken(database, chain, "nobody") is None


@pytest.mark.parametrize("column", ["purpose", "decision", "text_version", "language"])
def test_a_changed_answer_shows(database, chain, column):
    change = consent.update().where(consent.c.position == 2).values({column: "other"})
    tamper(database, change)
    assert first_broken(database, chain) == 2


def test_a_changed_time_shows(database, chain, noon):
    later = noon.replace(year=2031)
    tamper(database, consent.update().where(consent.c.position == 1).values(at=later))
    assert first_broken(database, chain) == 1


def test_an_answer_taken_out_of_the_middle_shows(database, chain):
    tamper(database, consent.delete().where(consent.c.position == 2))
    assert first_broken(database, chain) == 2


def test_an_answer_moved_to_another_chain_shows(database, chain):
    move = consent.update().where(consent.c.position == 1).values(chain="c2")
    tamper(database, move)
    assert first_broken(database, chain, "c2") == 1


def test_who_does_not_know_the_key_cannot_add_to_a_chain(database, chain, noon):
    values = dict.fromkeys(chain.fields, "x") | {"chain": "c1", "at": noon}
    with database.write() as connection:
        consent_chain(b"other" * 8).append(connection, values)
    assert first_broken(database, chain) == 4


@pytest.mark.usefixtures("chain")
def test_the_database_itself_refuses_to_rewrite_an_answer(database):
    with pytest.raises(PasserelleError), database.write() as connection:
        connection.execute(consent.update().values(decision="yes"))
    with database.read() as connection:
        told = connection.execute(sa.select(consent.c.decision)).scalars().all()
    assert sorted(told) == ["no", "withdrawn", "yes"]


def test_each_centre_has_its_own_chain(database, noon):
    chain = audit_chain(KEY)
    with database.write() as connection:
        for centre in ("payoke", "surya", "payoke"):
            values = {"centre_id": centre, "case_id": None, "event": "opened"}
            values |= {"colleague_role": "caseworker", "colleague_id": "k", "at": noon}
            chain.append(connection, values)
    with database.read() as connection:
        query = sa.select(audit.c.position).order_by(audit.c.id)
        assert connection.execute(query).scalars().all() == [1, 1, 2]
        assert chain.first_broken(connection, "payoke") is None
