"""Cases as their centre sees them, on both engines."""

import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa

from bot.errors import StillSendingError
from bot.intake.conversation import Owner, Step
from bot.store.case_answers import (
    CLOSE,
    ERASE,
    HAND_BACK,
    Ending,
    Opened,
    Refusal,
    Refused,
)
from bot.store.cases import export_case
from bot.store.colleagues import Colleague
from bot.store.database import Database
from bot.store.schema import audit, case_file, case_message, outbox
from bot.store.seal import Pocket
from tests.desk.house import House, Person


@pytest.fixture
def house(database: Database, pocket: Pocket) -> House:
    return House(database, pocket)


@pytest.fixture
def alpha(house: House) -> Colleague:
    return house.add_colleague("alpha")


@pytest.fixture
def beta(house: House, alpha: Colleague) -> Colleague:
    return house.add_colleague("beta")


@pytest.fixture
def gamma(house: House) -> Colleague:
    return house.add_colleague("gamma", "payoke")


@pytest.fixture
def person(house: House, alpha: Colleague) -> Person:
    return house.new_person()


def write(house: House, who: Colleague, person: Person) -> object:
    options = {"to_case": b"to case", "to_relay": b"to relay", "signature": "Alpha"}
    return house.act(who, "write", person.case_id, **options)


def test_waiting_cases_come_first(house: House, alpha: Colleague) -> None:
    taken, calm, urgent = (house.new_person(urgent=u) for u in (True, False, True))
    house.act(alpha, "claim", taken.case_id)
    ids = [row.id for row in house.cases_of(alpha)]
    assert ids == [urgent.case_id, calm.case_id, taken.case_id]


def test_list_tells_who_waits_for_an_answer(
    house: House, alpha: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    assert house.cases_of(alpha)[0].unanswered  # for a first word
    write(house, alpha, person)
    assert not house.cases_of(alpha)[0].unanswered
    person.write("Are you there?")
    assert house.cases_of(alpha)[0].unanswered


def test_who_may_only_be_answered_waits_for_nothing(
    house: House, alpha: Colleague
) -> None:
    house.new_person(may_write=False)
    assert not house.cases_of(alpha)[0].unanswered


@pytest.mark.promise(18)
def test_another_centre_sees_no_case(
    house: House, gamma: Colleague, person: Person
) -> None:
    """P18: for another centre a case is as if it had never been."""
    assert house.cases_of(gamma) == []
    for act, extra in (("open", ()), ("claim", ()), ("end", (ERASE,))):
        there = house.act(gamma, act, person.case_id, *extra)
        never = house.act(gamma, act, "0" * 32, *extra)
        assert there == never == Refused(Refusal.NOT_FOUND)


@pytest.mark.promise(7)
def test_claim_silences_the_bot(house: House, alpha: Colleague, person: Person) -> None:
    """P7: taking a case gives the conversation to a human and drops bot lines."""
    person.hear("menu")
    house.clock.move(seconds=5)  # the response that carried the line is out
    assert house.act(alpha, "claim", person.case_id) is None
    conversation = person.load()
    assert conversation is not None
    assert (conversation.owner, conversation.epoch) == (Owner.HUMAN, 1)
    assert [row.status for row in house.outbox()] == ["dropped"]


@pytest.mark.promise(7)
def test_claim_waits_for_a_line_on_its_way(
    house: House, alpha: Colleague, person: Person
) -> None:
    """P7: a case cannot be taken while a line of the bot is being sent."""
    person.hear("menu")
    with pytest.raises(StillSendingError):
        house.act(alpha, "claim", person.case_id)
    assert house.cases_of(alpha)[0].status == "waiting"
    assert audited(house) == []


def test_one_of_two_wins_a_case(
    house: House,
    alpha: Colleague,
    beta: Colleague,
    person: Person,
    open_again: Callable[[], Database],
) -> None:
    barrier, results = threading.Barrier(2), {}

    def press(who: Colleague) -> None:
        mine = House(open_again(), house.pocket)
        barrier.wait()
        results[who.alias] = mine.act(who, "claim", person.case_id)

    threads = [threading.Thread(target=press, args=(who,)) for who in (alpha, beta)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [alias for alias, result in results.items() if result is None]
    (loser,) = set(results) - {winner}
    assert results[loser] == Refused(Refusal.TAKEN, by=winner)
    assert audited(house) == ["claimed"]


def test_claiming_twice_is_no_trouble(
    house: House, alpha: Colleague, person: Person
) -> None:
    assert house.act(alpha, "claim", person.case_id) is None
    assert house.act(alpha, "claim", person.case_id) is None


@pytest.mark.promise(19)
def test_each_opening_is_on_record(
    house: House, alpha: Colleague, person: Person
) -> None:
    """P19: opening a case writes to the log that the person can ask about."""
    assert isinstance(house.act(alpha, "open", person.case_id), Opened)
    conversation = person.load()
    assert conversation is not None
    assert conversation.case_id is not None
    ((_, role),) = house.store.who_has_seen(conversation.case_id)
    assert role == "caseworker"


@pytest.mark.promise(19)
def test_changed_log_is_noticed(house: House, alpha: Colleague, person: Person) -> None:
    """P19: who changes an entry of the log is found out."""
    for _ in range(3):
        house.act(alpha, "open", person.case_id)
    chain = house.parts.audit
    with house.database.write() as connection:
        assert chain.first_broken(connection, "pag-asa") is None
    with house.database.write() as connection:
        tamper(connection)
        assert chain.first_broken(connection, "pag-asa") == 2


def tamper(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
    else:
        triggers = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in connection.execute(triggers).scalars().all():
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
    forged = audit.update().where(audit.c.position == 2)
    connection.execute(forged.values(colleague_id="someone else"))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ALTER TABLE audit ENABLE TRIGGER USER"))


def test_written_line_is_kept_and_on_its_way(
    house: House, alpha: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    write(house, alpha, person)
    (line,) = [row for row in house.outbox() if row.kind == "words"]
    assert (line.author, line.alias) == ("caseworker", "Alpha")
    assert line.payload == b"to relay"
    opened = house.act(alpha, "open", person.case_id)
    assert opened.messages[-1].sealed == b"to case"
    assert house.cases_of(alpha)[0].undelivered == 1


def test_only_the_holder_writes(
    house: House, alpha: Colleague, beta: Colleague, person: Person
) -> None:
    assert write(house, alpha, person) == Refused(Refusal.NOT_YOURS)
    house.act(beta, "claim", person.case_id)
    assert write(house, alpha, person) == Refused(Refusal.NOT_YOURS)


@pytest.mark.promise(8)
def test_no_first_word_without_consent(house: House, alpha: Colleague) -> None:
    """P8: a person who did not agree is answered, never written to first."""
    person = house.new_person(may_write=False)
    house.act(alpha, "claim", person.case_id)
    assert write(house, alpha, person) == Refused(Refusal.UNASKED)
    person.write("Hello?")
    assert not isinstance(write(house, alpha, person), Refused)


@pytest.mark.parametrize(
    ("what", "why"),
    [({"stopped": True}, Refusal.STOPPED), ({"silenced": True}, Refusal.BLOCKED)],
)
@pytest.mark.promise(2)
def test_nothing_is_written_after_stop(
    house: House, alpha: Colleague, what: dict[str, bool], why: Refusal
) -> None:
    """P2: after stop, or on a blocked chat, a caseworker's line is refused."""
    person = house.new_person()
    house.act(alpha, "claim", person.case_id)
    person.change(**what)
    assert write(house, alpha, person) == Refused(why)


def test_erased_conversation_cannot_be_written_to(
    house: House, alpha: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    person.erase_everything()
    assert house.cases_of(alpha)[0].presence == "left"
    assert write(house, alpha, person) == Refused(Refusal.LEFT)


@pytest.mark.parametrize(
    ("how", "say", "step"),
    [
        (HAND_BACK, b"relay.handed_back", Step.MENU),
        (CLOSE, b"relay.closed", Step.CLOSED),
        (ERASE, b"relay.erased", Step.CLOSED),
    ],
)
def test_ending_gives_the_bot_one_line(
    house: House, alpha: Colleague, how: Ending, say: bytes, step: Step
) -> None:
    person = house.new_person()
    house.act(alpha, "claim", person.case_id)
    assert house.act(alpha, "end", person.case_id, how, number=person.number) is None
    conversation = person.load()
    assert conversation is not None
    assert (conversation.owner, conversation.step) == (Owner.BOT, step)
    (line,) = house.outbox()
    assert (line.kind, line.author, line.payload) == ("say_key", "bot", say)
    assert line.epoch == conversation.epoch == 2
    assert audited(house) == ["claimed", how.event]


def test_ending_says_nothing_after_stop(
    house: House, alpha: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    person.change(stopped=True)
    house.act(alpha, "end", person.case_id, CLOSE)
    assert house.outbox() == []


def test_colleague_cannot_close_what_another_has(
    house: House, alpha: Colleague, beta: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    refused = house.act(beta, "end", person.case_id, CLOSE)
    assert refused == Refused(Refusal.NOT_YOURS)


def test_handed_back_case_can_be_taken_again(
    house: House, alpha: Colleague, beta: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    house.act(alpha, "end", person.case_id, HAND_BACK)
    assert house.act(beta, "claim", person.case_id) is None
    conversation = person.load()
    assert conversation is not None
    assert conversation.owner is Owner.HUMAN


def test_old_case_does_not_touch_a_new_one(
    house: House, alpha: Colleague, person: Person
) -> None:
    house.act(alpha, "claim", person.case_id)
    person.change(case_id="another case")
    assert house.cases_of(alpha)[0].presence == "moved"
    house.act(alpha, "end", person.case_id, CLOSE)
    conversation = person.load()
    assert conversation is not None
    assert conversation.owner is Owner.HUMAN


@pytest.mark.promise(9)
def test_erase_destroys_the_key(house: House, alpha: Colleague, person: Person) -> None:
    """P9: an erased case has no key and no message left, for anyone."""
    house.act(alpha, "claim", person.case_id)
    write(house, alpha, person)
    house.act(alpha, "end", person.case_id, ERASE, number=person.number)
    with house.database.read() as connection:
        row = connection.execute(case_file.select()).one()
        assert (row.sealed_key, row.language, row.status) == (None, "", "erased")
        assert connection.execute(case_message.select()).all() == []
        words = outbox.select().where(outbox.c.kind == "words")
        assert connection.execute(words).all() == []
    opened = house.act(alpha, "open", person.case_id)
    assert opened == Refused(Refusal.NOT_FOUND)


def test_erase_wants_the_number(house: House, alpha: Colleague, person: Person) -> None:
    refused = house.act(alpha, "end", person.case_id, ERASE, number="000 00")
    assert refused == Refused(Refusal.WRONG_NUMBER)
    assert house.cases_of(alpha)[0].status == "waiting"


@pytest.mark.promise(6)
def test_export_opens_with_the_age_command(
    house: House, alpha: Colleague, person: Person, tmp_path: Path
) -> None:
    """P6: the exported case opens with the stock command and the centre's key."""
    age = shutil.which("age")
    assert age, "The test of the export needs the age command."
    person.write("Tot morgen.")
    with house.database.read() as connection:
        files = export_case(connection, person.number, tmp_path / "case")
    assert [file.name for file in files] == [
        "case.key.age",
        "0001-handover.age",
        "0002-person.age",
        "README.txt",
    ]
    key = tmp_path / "centre.txt"
    key.write_text(house.identities["pag-asa"])
    case_key = tmp_path / "case.txt"
    case_key.write_bytes(decrypt(age, key, files[0]))
    assert decrypt(age, case_key, files[2]) == b"Tot morgen."


def decrypt(age: str, identity: Path, file: Path) -> bytes:
    command = [age, "--decrypt", "-i", str(identity), str(file)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.promise(6)
def test_export_stays_shut_for_another_centre(
    house: House, gamma: Colleague, person: Person, tmp_path: Path
) -> None:
    """P6: another centre's key opens nothing of an exported case."""
    with house.database.read() as connection:
        files = export_case(connection, person.case_id, tmp_path)
    wrong = pyrage.x25519.Identity.from_str(house.identities["payoke"])
    for file in files[:-1]:
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(file.read_bytes(), [wrong])


def test_nothing_is_exported_of_an_erased_case(
    house: House, alpha: Colleague, person: Person, tmp_path: Path
) -> None:
    house.act(alpha, "end", person.case_id, ERASE, number=person.number)
    with house.database.read() as connection:
        assert export_case(connection, person.number, tmp_path / "case") == ()
    assert not (tmp_path / "case").exists()


def audited(house: House) -> list[str]:
    query = sa.select(audit.c.event).where(audit.c.case_id.is_not(None))
    with house.database.read() as connection:
        return list(connection.execute(query.order_by(audit.c.id)).scalars())
