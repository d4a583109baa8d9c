"""Reads Telegram's updates: what a person says in a private chat, and no more."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from telegram import CallbackQuery, Message, MessageOriginUser, Update, User
from telegram.constants import ChatType

from bot.channels.telegram_menu import COMMANDS, tag_of
from bot.intake.conversation import Channel
from bot.intake.ports import Incoming, Kind
from bot.intake.reply import FIXED_TOKENS
from bot.outreach.links import read_code

# Nothing else is asked of Telegram: no channels, no inline, no guests, no members.
KINDS = ("message", "edited_message", "callback_query")
HELP = "help"
_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.+))?", re.DOTALL | re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# The joiners shape words in Persian, Urdu and Hindi; other invisible signs go.
_KEPT = frozenset("\n\t\u200c\u200d")

Hears = Callable[[str], object | None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """All that is kept, sealed, of an update until it is handled: no name, no file.

    Args:
        message_id: the person's own message, to be wiped one day; empty for a button.
        link: the code of the link that started the chat, if one did.
    """

    update_id: str
    chat_id: str
    kind: Kind
    text: str
    language: str | None
    message_id: str = ""
    link: str = ""

    @property
    def incoming(self) -> Incoming:
        """The update as the rules see it."""
        return Incoming(
            channel=Channel.TELEGRAM,
            address=self.chat_id,
            update_id=self.update_id,
            kind=self.kind,
            text=self.text,
            language=self.language,
        )

    def write(self) -> str:
        """As JSON, for the inbox."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, payload: str) -> "Arrival":
        """What `write` wrote."""
        fields: dict[str, Any] = json.loads(payload)
        return cls(**{**fields, "kind": Kind(fields["kind"])})


def read_update(update: Update, hears: Hears) -> Arrival | None:
    """What the person did, or None for all that gets silence.

    Silence, not a sentence, is the answer in groups: a sentence there would tell
    others, perhaps the wrong ones, that somebody brought this bot.

    Args:
        hears: whether control understands a text by itself.
    """
    number = str(update.update_id)
    if update.callback_query is not None:
        return _read_press(number, update.callback_query)
    if update.message is not None:
        return _read_message(number, update.message, hears)
    if update.edited_message is not None:
        edited = _read_message(number, update.edited_message, hears)
        # The first version was handled; only a control word must not be missed.
        return edited if edited and _is_control(edited, hears) else None
    return None


def _read_press(number: str, press: CallbackQuery) -> Arrival | None:
    message = press.message
    if message is None or not _is_private(message.chat.type, press.from_user):
        return None
    if not isinstance(press.data, str):
        return None
    return Arrival(
        update_id=number,
        chat_id=str(message.chat.id),
        kind=Kind.BUTTON,
        text=_clean(press.data),
        language=_language(press.from_user),
    )


def _read_message(number: str, message: Message, hears: Hears) -> Arrival | None:
    if not _is_private(message.chat.type, message.from_user):
        return None
    said = _read_content(message, hears)
    if said is None:
        return None
    kind, text, link = *said, ""
    if kind is Kind.COMMAND:
        text, _, link = text.partition(" ")
    return Arrival(
        update_id=number,
        chat_id=str(message.chat.id),
        kind=kind,
        text=text,
        language=_language(message.from_user),
        message_id=str(message.message_id),
        link=link,
    )


def _read_content(message: Message, hears: Hears) -> tuple[Kind, str] | None:
    if _is_from_bot(message):
        return Kind.ATTACHMENT, ""  # another bot's words are not the person's
    if isinstance(message.text, str):
        return _read_text(_clean(message.text))
    if isinstance(message.caption, str) and hears(caption := _clean(message.caption)):
        return Kind.TEXT, caption  # "stop" under a picture is a stop
    if message.effective_attachment is not None:
        return Kind.ATTACHMENT, ""
    return None  # the chat's own notices: pinned, timer changed and so on


def _read_text(text: str) -> tuple[Kind, str]:
    match = _COMMAND.fullmatch(text.strip())
    name = match[1].casefold() if match else ""
    if match is None or name not in COMMANDS:
        return Kind.TEXT, text
    rest = match[2] or ""
    # A link brings one word after /start; if it is no code of ours, where it was
    # found is nobody's business. Words typed after another command are a message.
    if not rest or name == "stop" or (name == "start" and " " not in rest):
        code = read_code(rest) if name == "start" else None
        return Kind.COMMAND, f"{name} {code}" if code else name
    return Kind.TEXT, f"{name} {rest}"


def _is_private(chat_type: str, user: User | None) -> bool:
    return chat_type == ChatType.PRIVATE and user is not None and not user.is_bot


def _is_from_bot(message: Message) -> bool:
    origin = message.forward_origin
    forwarded = isinstance(origin, MessageOriginUser) and origin.sender_user.is_bot
    return forwarded or message.via_bot is not None


def _is_control(arrival: Arrival, hears: Hears) -> bool:
    if arrival.kind is Kind.COMMAND:
        return arrival.text in FIXED_TOKENS
    return arrival.kind is Kind.TEXT and hears(arrival.text) is not None


def _language(user: User | None) -> str | None:
    code = user.language_code if user else None
    if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
        return None
    return tag_of(code)


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c in _KEPT)
