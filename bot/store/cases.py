"""Cases as their centre sees them: what needs a human first, all content sealed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.store.schema import (
    case_file,
    case_message,
    centre,
    colleague,
    conversation,
    outbox,
)

_HOLDER = colleague.alias("holder")
_TO_PERSON = outbox.c.kind == "words"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a centre's list.

    Args:
        claimed_by: the alias of the colleague who has it.
        person_wrote_at: None while the person has not written since the handover.
        unanswered: the person waits for a caseworker's word: the first, or the next.
        undelivered: lines of a caseworker that the person has not been shown yet.
        presence: "here", or why nothing reaches the person: "stopped", "blocked",
            "moved" (they made a new case since), "left" (they erased everything).
    """

    id: str
    number: str
    status: str
    language: str
    urgent: bool
    interpreter: bool
    may_write: bool
    review_status: str
    claimed_by: str | None
    mine: bool
    created_at: datetime
    person_wrote_at: datetime | None
    last_activity_at: datetime
    unanswered: bool
    undelivered: int
    undeliverable: int
    presence: str


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """One message of a case, readable with the case's identity only."""

    id: int
    author: str  # "handover", "person", "caseworker"
    at: datetime
    sealed: bytes


def _count_outbox(*statuses: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(
            outbox.c.conversation_id == case_file.c.conversation_id,
            _TO_PERSON,
            outbox.c.status.in_(statuses),
        )
        .scalar_subquery()
    )


_LAST_ANSWER = (
    sa.select(sa.func.max(case_message.c.created_at))
    .where(
        case_message.c.case_id == case_file.c.id,
        case_message.c.author == "caseworker",
    )
    .scalar_subquery()
)
_LIST = (
    sa.select(
        case_file,
        _HOLDER.c.alias.label("holder"),
        conversation.c.stopped,
        conversation.c.silenced,
        conversation.c.case_id.label("current_case"),
        _LAST_ANSWER.label("answered_at"),
        _count_outbox("waiting", "sending").label("undelivered"),
        _count_outbox("failed", "dropped").label("undeliverable"),
    )
    .join_from(case_file, _HOLDER, _HOLDER.c.id == case_file.c.claimed_by, isouter=True)
    .join(conversation, conversation.c.id == case_file.c.conversation_id, isouter=True)
    .where(
        case_file.c.centre_id == sa.bindparam("centre"),
        case_file.c.status != "erased",
    )
)
_LIVE = ("waiting", "claimed")


def list_cases(
    connection: sa.Connection, *, centre_id: str, colleague_id: str
) -> list[CaseRow]:
    """The centre's cases, those that wait first, erased ones left out."""
    rows = connection.execute(_LIST, {"centre": centre_id}).mappings()
    return sorted((_read(row, colleague_id) for row in rows), key=_urgency)


def _read(row: sa.RowMapping, colleague_id: str) -> CaseRow:
    wrote = row["person_wrote_at"]
    if wrote is not None and wrote <= row["created_at"]:
        wrote = None  # the handover itself
    # Who agreed to be written to waits for a first word from the handover on.
    waits_since = wrote or (row["created_at"] if row["may_write"] else None)
    answered = row["answered_at"]
    return CaseRow(
        id=row["id"],
        number=row["number"],
        status=row["status"],
        language=row["language"],
        urgent=row["urgent"],
        interpreter=row["interpreter"],
        may_write=row["may_write"],
        review_status=row["review_status"],
        claimed_by=row["holder"],
        mine=row["claimed_by"] == colleague_id,
        created_at=row["created_at"],
        person_wrote_at=wrote,
        last_activity_at=row["last_activity_at"],
        unanswered=waits_since is not None
        and (answered is None or answered < waits_since),
        undelivered=row["undelivered"],
        undeliverable=row["undeliverable"],
        presence=find_presence(row),
    )


def find_presence(row: sa.RowMapping) -> str:
    """Whether what is written to the person of this case can reach them."""
    if row["current_case"] is None:
        return "left"
    if row["current_case"] != row["id"]:
        return "moved"
    if row["silenced"]:
        return "blocked"
    return "stopped" if row["stopped"] else "here"


def _urgency(row: CaseRow) -> tuple[bool, bool, bool, bool, datetime]:
    """Nobody has it; then unanswered; urgent before others; the longest wait first."""
    since = row.created_at if row.status == "waiting" else row.last_activity_at
    return (
        row.status != "waiting",
        row.status not in _LIVE,
        not row.unanswered,
        not row.urgent,
        since,
    )


def read_messages(
    connection: sa.Connection, case_id: str, *, after: int = 0
) -> list[SealedMessage]:
    """The case's messages with a higher number than `after`, oldest first."""
    columns = case_message.c
    query = (
        sa.select(columns.id, columns.author, columns.created_at, columns.sealed)
        .where(columns.case_id == case_id, columns.id > after)
        .order_by(columns.id)
    )
    return [SealedMessage(*row) for row in connection.execute(query)]


def find_case_id(
    connection: sa.Connection, case_id: str, *, centre_id: str
) -> str | None:
    """The case's id if it is this centre's and not erased, else None."""
    query = sa.select(case_file.c.id).where(
        case_file.c.id == case_id,
        case_file.c.centre_id == centre_id,
        case_file.c.status != "erased",
    )
    return connection.execute(query).scalar()


def fingerprint_cases(
    connection: sa.Connection, *, centre_id: str, colleague_id: str
) -> bytes:
    """A value that changes when anything in the centre's list or messages does."""
    rows = list_cases(connection, centre_id=centre_id, colleague_id=colleague_id)
    newest = (
        sa.select(sa.func.max(case_message.c.id))
        .join(case_file, case_file.c.id == case_message.c.case_id)
        .where(case_file.c.centre_id == centre_id)
    )
    told = repr((rows, connection.execute(newest).scalar()))
    return hashlib.sha256(told.encode()).digest()


def export_case(
    connection: sa.Connection, number_or_id: str, folder: Path
) -> Sequence[Path]:
    """Write the sealed case as a folder that the stock `age` command can open.

    Returns:
        The files written; none if there is no such case, or it was erased.
    """
    wanted = number_or_id.replace(" ", "")
    query = (
        sa.select(case_file, centre.c.recipient.label("centre_recipient"))
        .join(centre, centre.c.id == case_file.c.centre_id)
        .where(sa.or_(case_file.c.id == wanted, case_file.c.number == wanted))
    )
    row = connection.execute(query).mappings().first()
    if row is None or row["sealed_key"] is None:
        return ()
    files = {"case.key.age": row["sealed_key"]}
    for place, message in enumerate(read_messages(connection, row["id"]), start=1):
        files[f"{place:04}-{message.author}.age"] = message.sealed
    files["README.txt"] = _README.format(**row).encode()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


# For the centre's staff, at their own machine; {recipient} tells which key fits.
_README = """\
Case {number}, sealed.

case.key.age holds the key of this case, sealed to the centre whose public key is
  {centre_recipient}
All other .age files are the messages, in order, sealed to the key of this case:
  {recipient}
Those of a caseworker are JSON: "words" is what was typed; "machine" what a machine
made of it, never checked; "reply" the key of a ready-made reply.

To read them you need the centre's recovery key in a file, here centre.txt, and the
program "age" (package "age" of most systems; the format is age-encryption.org/v1):

  age --decrypt -i centre.txt case.key.age > case.txt
  for file in 0*.age; do age --decrypt -i case.txt "$file"; echo; done

case.txt opens the whole case. Destroy it, and centre.txt, when you have read it.
"""
