"""Casework through the server, as a colleague's browser does it."""

import json
import logging
import threading
from collections.abc import Callable

import httpx
import pyrage
import pytest

from bot.store.database import Database
from bot.store.schema import audit, case_message, outbox
from tests.desk.house import DeskBrowser, House, encode

SignIn = Callable[[str], DeskBrowser]


def test_case_is_read_and_answered(house: House, sign_in: SignIn) -> None:
    person = house.new_person(text="Ik wil met iemand praten.")
    alpha = sign_in("Alpha")
    assert alpha.act(person, "claim").status_code == 200
    person.write("Hallo?")
    assert alpha.read(person) == ["Ik wil met iemand praten.", "Hallo?"]
    assert alpha.write(person, "Dag, ik ben Alpha.").status_code == 200
    assert alpha.read(person)[-1] == "Dag, ik ben Alpha."


@pytest.mark.promise(6)
def test_written_line_reaches_the_relay_only(house: House, sign_in: SignIn) -> None:
    """P6: the store holds a caseworker's words sealed, for case and relay."""
    person = house.new_person()
    alpha = sign_in("alpha")
    alpha.act(person, "claim")
    alpha.write(person, "Canary in the clear")
    (row,) = house.outbox()
    opened = bytes(pyrage.decrypt(row.payload, [house.relay])).decode()
    assert opened == "Canary in the clear"
    assert row.alias == "Alpha, PAG-ASA"
    for table in (case_message, outbox, audit):
        with house.database.read() as connection:
            told = repr(connection.execute(table.select()).all())
        assert "Canary" not in told


def test_words_in_the_clear_are_refused(house: House, sign_in: SignIn) -> None:
    person = house.new_person()
    alpha = sign_in("alpha")
    alpha.act(person, "claim")
    clear = encode(b"not sealed at all")
    answer = alpha.act(person, "messages", to_case=clear, to_relay=clear)
    assert answer.json() == {"code": "malformed"}
    assert house.outbox() == []


def test_loser_learns_who_was_first(house: House, sign_in: SignIn) -> None:
    person = house.new_person()
    alpha, beta = sign_in("alpha"), sign_in("beta")
    alpha.act(person, "claim")
    lost = beta.act(person, "claim")
    assert (lost.status_code, lost.json()) == (409, {"code": "taken", "by": "Alpha"})
    (row,) = beta.cases()
    assert (row["claimed_by"], row["mine"]) == ("Alpha", False)


@pytest.mark.promise(7)
def test_claim_waits_until_the_line_is_out(house: House, sign_in: SignIn) -> None:
    """P7: the claim is tried again until no line of the bot is on its way."""
    person = house.new_person()
    alpha = sign_in("alpha")
    person.hear("menu")
    assert alpha.act(person, "claim").json() == {"code": "still_sending"}
    later = threading.Timer(0.3, house.clock.move, kwargs={"seconds": 2})
    later.start()
    assert alpha.act(person, "claim").status_code == 200
    later.join()


def test_list_shows_languages_by_their_own_name(house: House, sign_in: SignIn) -> None:
    house.new_person(language="ar", review_status="draft", interpreter=True)
    (row,) = sign_in("alpha").cases()
    assert row["language_name"] == "العربية"
    assert (row["review_status"], row["interpreter"]) == ("draft", True)


def test_new_messages_are_those_after_the_last(house: House, sign_in: SignIn) -> None:
    person = house.new_person()
    alpha = sign_in("alpha")
    seen = alpha.act(person, "open").json()["messages"][-1]["id"]
    person.write("Later")
    path = f"/api/cases/{person.case_id}/messages"
    new = alpha.get(f"{path}?after={seen}").json()["messages"]
    assert [line["author"] for line in new] == ["person"]
    assert alpha.get(f"{path}?after=x").json() == {"code": "malformed"}


def test_erase_through_the_server(house: House, sign_in: SignIn) -> None:
    person = house.new_person()
    alpha = sign_in("alpha")
    wrong = alpha.act(person, "erase", number="000")
    assert (wrong.status_code, wrong.json()) == (422, {"code": "wrong_number"})
    number = f"{person.number[:3]} {person.number[3:]}"
    assert alpha.act(person, "erase", number=number).status_code == 200
    assert alpha.act(person, "open").json() == {"code": "not_found"}
    assert alpha.cases() == []


def test_stream_tells_that_something_changed(house: House, sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    with alpha.client.stream("GET", "/api/live", headers=alpha.headers) as answer:
        lines = answer.iter_lines()
        assert json.loads(next(lines)) == {"event": "still"}
        threading.Timer(0.2, house.new_person).start()
        assert "changed" in [json.loads(next(lines))["event"] for _ in range(2)]


def test_stream_keeps_other_centres_quiet(house: House, sign_in: SignIn) -> None:
    house.new_person("payoke")
    alpha = sign_in("alpha")
    with alpha.client.stream("GET", "/api/live", headers=alpha.headers) as answer:
        lines = answer.iter_lines()
        next(lines)
        threading.Timer(0.2, house.new_person, args=("payoke",)).start()
        told = [json.loads(next(lines))["event"] for _ in range(2)]
    assert told == ["still", "still"]


def test_stream_ends_with_the_session(house: House, sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    with alpha.client.stream("GET", "/api/live", headers=alpha.headers) as answer:
        lines = answer.iter_lines()
        next(lines)
        house.clock.move(minutes=31)
        house.new_person()
        assert {json.loads(line)["event"] for line in lines} <= {"still"}


@pytest.mark.promise(13)
def test_trouble_is_logged_without_words(
    house: House,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P13: what goes wrong is logged by its type, never by what it was about."""
    alpha = sign_in("alpha")

    def fail(_database: Database) -> None:
        raise RuntimeError("a canary")

    monkeypatch.setattr(Database, "read", fail)
    with caplog.at_level(logging.DEBUG, logger="bot"):
        answer = alpha.get("/api/cases")
    assert (answer.status_code, answer.json()) == (503, {"code": "trouble"})
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


def test_account_is_made_from_an_invitation(
    house: House, client: httpx.Client, sign_in: SignIn
) -> None:
    with house.database.write() as connection:
        token = house.invite(connection, "surya")
    told = client.post("/api/invitation", json={"token": token}).json()
    assert told["centre"] == {"id": "surya", "name": "Sürya"}
    assert told["recipient"] is None
    assert client.post("/api/invitation", json={"token": "none"}).status_code == 404


def test_account_needs_a_real_public_key(house: House, client: httpx.Client) -> None:
    with house.database.write() as connection:
        token = house.invite(connection, "surya")
    form = {
        "token": token,
        "name": "delta",
        "alias": "Delta",
        "salt": encode(b"s" * 16),
        "key": encode(b"k" * 32),
        "recipient": "age1notakey",
        "wrapped": encode(b"age-encryption.org/v1\nwrapped"),
    }
    answer = client.post("/api/set-up", json=form)
    assert answer.json() == {"code": "malformed"}
    assert house.store.centre_recipient("surya") is None
