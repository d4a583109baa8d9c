"""The statements of a turn, made once so that the driver's work is all that is left."""

from datetime import datetime

import sqlalchemy as sa

from bot.store.columns import UtcTime
from bot.store.schema import (
    OPENED,
    audit,
    case_file,
    case_message,
    centre,
    consent,
    conversation,
    outbox,
    seen_update,
    sent_message,
)

_person = conversation.c
_id: sa.BindParameter[str] = sa.bindparam("conversation")
_address: sa.BindParameter[bytes] = sa.bindparam("address")

_KEPT_OUT = {"address_hash", "address_sealed", "receipt_hash"}
_KEPT_OUT |= {"created_at", "last_seen_at"}
_one = sa.select(sa.literal_column("1").label("one")).subquery("one")

# One row always comes back: whether the update was seen, and the conversation.
LOAD = sa.select(
    seen_update.c.update_hash.label("seen"),
    *(column for column in _person if column.name not in _KEPT_OUT),
).select_from(
    _one.outerjoin(conversation, _person.address_hash == _address).outerjoin(
        seen_update,
        sa.and_(
            seen_update.c.channel == sa.bindparam("channel"),
            seen_update.c.update_hash == sa.bindparam("update"),
        ),
    )
)

REMEMBER_UPDATE = sa.text(
    "INSERT INTO seen_update (channel, update_hash, seen_at)"
    " VALUES (:channel, :update, :now) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("now", type_=UtcTime))

_AT_VERSION = sa.and_(_person.id == _id, _person.version == sa.bindparam("before"))
INSERT_CONVERSATION = conversation.insert()
UPDATE_CONVERSATION = conversation.update().where(_AT_VERSION)
DELETE_CONVERSATION = conversation.delete().where(_AT_VERSION)
DELETE_CONSENTS = consent.delete().where(consent.c.chain == _id)
LINK_CASE = (
    conversation.update().where(_person.id == _id).values(case_id=sa.bindparam("case"))
)

INSERT_LINES = outbox.insert()
DELETE_SAID = outbox.delete().where(
    outbox.c.conversation_id == _id, outbox.c.kind == "say"
)
WIPE_NOW = (
    sent_message.update()
    .where(sent_message.c.address_hash == _address)
    .values(wipe_now=True)
)

INSERT_CASE = case_file.insert()
INSERT_CASE_MESSAGE = case_message.insert()
_this_case = case_file.c.id == sa.bindparam("case")
_now: sa.BindParameter[datetime] = sa.bindparam("now")
PERSON_WROTE = (
    case_file.update()
    .where(_this_case, case_file.c.status != "erased")
    .values(person_wrote_at=_now, last_activity_at=_now)
)
WANTS_INTERPRETER = (
    case_file.update()
    .where(_this_case, case_file.c.status != "erased")
    .values(interpreter=True, last_activity_at=_now)
)
MAY_WRITE = (
    case_file.update().where(_this_case).values(may_write=sa.bindparam("allowed"))
)
# The sealed key is all that could open the case: without it, every copy of the
# messages, in any backup, is noise.
ERASE_CASE = (
    case_file.update()
    .where(_this_case)
    .values(sealed_key=None, status="erased", last_activity_at=_now)
)
DELETE_CASE_MESSAGES = case_message.delete().where(
    case_message.c.case_id == sa.bindparam("case")
)
CASE_VIEW = sa.select(
    case_file.c.id,
    case_file.c.number,
    case_file.c.centre_id,
    case_file.c.recipient,
    case_file.c.status,
).where(_this_case)
CASE_NUMBER = sa.select(case_file.c.id).where(
    case_file.c.number == sa.bindparam("number")
)
CENTRE_RECIPIENT = sa.select(centre.c.recipient).where(
    centre.c.id == sa.bindparam("centre")
)
WHO_HAS_SEEN = (
    sa.select(audit.c.at, audit.c.colleague_role)
    .where(audit.c.case_id == sa.bindparam("case"), audit.c.event == OPENED)
    .order_by(audit.c.at, audit.c.id)
)

# In a statement about a conversation: the centre that has its case.
CENTRE_OF_CASE = (
    sa.select(case_file.c.centre_id)
    .where(case_file.c.id == _person.case_id)
    .scalar_subquery()
    .label("centre_id")
)

MOVE_ADDRESS = (
    conversation.update().where(_person.id == _id).values(address_hash=_address)
)
SET_RECEIPT = (
    conversation.update()
    .where(_person.id == _id)
    .values(receipt_hash=sa.bindparam("code"))
)
FIND_RECEIPT = (
    sa.select(_person.id)
    .where(
        _person.receipt_hash == sa.bindparam("code"),
        _person.channel == sa.bindparam("channel"),
    )
    .with_for_update()
)
# In this order: make room at the new address, leave behind what opens only with the
# old one, bring the rest.
MOVE_CONVERSATION = (
    conversation.delete().where(
        _person.address_hash == _address, _person.id != _id, _person.case_id.is_(None)
    ),
    DELETE_SAID,
    outbox.update()
    .where(outbox.c.conversation_id == _id)
    .values(address_hash=_address),
    conversation.update()
    .where(_person.id == _id)
    .values(address_hash=_address, draft_sealed=None, version=_person.version + 1),
)
