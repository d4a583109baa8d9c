"""Links in the store: ended for good, found by code, counted only in sums."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store.database import DuplicateError
from bot.store.links import (
    LinkRow,
    add_link,
    add_opens,
    find_by_code,
    find_by_id,
    find_live,
    is_taken,
    list_counts,
    list_links,
    note_replacement,
    revoke_link,
)
from bot.store.retention import forget
from bot.store.schema import centre, link, link_count

DAY = timedelta(days=1)


@pytest.fixture
def a_link(noon):
    def make(code="bcdf2345", **values):
        row = LinkRow(
            id=f"id-{code}",
            code=code,
            owner_id=None,
            label_sealed=b"sealed",
            channel="web",
            language="ar",
            centre_id=None,
            region="brussels",
            created_by=None,
            created_at=noon,
        )
        return replace(row, **values)

    return make


def keep(database, *rows):
    with database.write() as connection:
        for row in rows:
            add_link(connection, row)


def live(database, code, now, channel="web"):
    with database.read() as connection:
        return find_live(connection, code, channel=channel, now=now)


def counts(database, link_id):
    with database.read() as connection:
        return list(list_counts(connection, [link_id]).get(link_id, ()))


def test_a_link_is_found_by_its_code_on_its_channel(database, a_link, noon):
    keep(database, a_link())
    found = live(database, "bcdf2345", noon)
    assert (found.language, found.region, found.centre_id) == ("ar", "brussels", None)
    assert live(database, "bcdf2345", noon, channel="telegram") is None
    assert live(database, "cccccccc", noon) is None


def test_it_ends_at_its_time_or_when_it_is_revoked(database, a_link, noon):
    keep(database, a_link(expires_at=noon + DAY), a_link("ccdf2345"))
    assert live(database, "bcdf2345", noon + DAY - timedelta(seconds=1))
    assert live(database, "bcdf2345", noon + DAY) is None
    with database.write() as connection:
        assert revoke_link(connection, "id-ccdf2345", now=noon)
        assert not revoke_link(connection, "id-ccdf2345", now=noon + DAY)
    assert live(database, "ccdf2345", noon) is None
    with database.read() as connection:
        ended = find_by_code(connection, "ccdf2345")
        assert (ended.revoked_at, ended.state(noon)) == (noon, "revoked")
        assert find_by_code(connection, "bcdf2345").state(noon) == "live"
        assert find_by_code(connection, "bcdf2345").state(noon + DAY) == "expired"
        assert is_taken(connection, "ccdf2345")  # no code is ever used twice
        assert not is_taken(connection, "dddddddd")


def test_two_links_never_share_a_code(database, a_link):
    keep(database, a_link())
    with pytest.raises(DuplicateError):
        keep(database, a_link(id="other"))


def test_a_centre_finds_only_its_own(database, a_link, noon):
    with database.write() as connection:
        for name in ("payoke", "surya"):
            row = {"id": name, "recipient": None, "created_at": noon}
            connection.execute(centre.insert(), row)
    newer = a_link("ccdf2345", owner_id="payoke", created_at=noon + DAY)
    keep(database, a_link(owner_id="payoke"), newer, a_link("ddff2345"))
    with database.read() as connection:
        own = list_links(connection, owner_id="payoke")
        assert [row.code for row in own] == ["ccdf2345", "bcdf2345"]
        assert list_links(connection, owner_id="surya") == []
        assert len(list_links(connection)) == 3
        assert find_by_id(connection, "id-bcdf2345", owner_id="payoke")
        assert find_by_id(connection, "id-bcdf2345", owner_id="surya") is None
        assert find_by_id(connection, "id-ddff2345", owner_id="surya") is None


def test_a_replacement_is_remembered(database, a_link):
    keep(database, a_link(), a_link("ccdf2345"))
    with database.write() as connection:
        note_replacement(connection, "id-bcdf2345", "id-ccdf2345")
    with database.read() as connection:
        assert find_by_code(connection, "bcdf2345").replaced_by == "id-ccdf2345"


def test_openings_come_in_together_for_every_link(database, a_link, noon):
    """Whose count went up cannot be told from which rows were touched."""
    keep(database, a_link(), a_link("ccdf2345"), a_link("ddff2345", revoked_at=noon))
    long_ended = a_link("ffgg2345", revoked_at=noon - 30 * DAY)
    keep(database, long_ended)
    for _ in range(2):
        with database.write() as connection:
            add_opens(connection, {("id-bcdf2345", "2030-W18"): 3}, now=noon)
    assert counts(database, "id-bcdf2345") == [("2030-W18", 6)]
    assert counts(database, "id-ccdf2345") == [("2030-W18", 0)]
    assert counts(database, "id-ddff2345") == [("2030-W18", 0)]
    assert counts(database, "id-ffgg2345") == []
    with database.write() as connection:
        add_opens(connection, {("id-ccdf2345", "2030-W19"): 1}, now=noon)
        add_opens(connection, {}, now=noon)
    weeks = [("2030-W19", 0), ("2030-W18", 6)]
    assert counts(database, "id-bcdf2345") == weeks


def test_forgetting_leaves_links_and_their_sums(database, a_link, noon):
    keep(database, a_link())
    with database.write() as connection:
        add_opens(connection, {("id-bcdf2345", "2030-W18"): 12}, now=noon)
    forget(database, noon + 400 * DAY)
    with database.read() as connection:
        for table in (link, link_count):
            query = sa.select(sa.func.count()).select_from(table)
            assert connection.execute(query).scalar() == 1
