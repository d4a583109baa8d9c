"""Words Telegram's messages from the catalogs, and sends them."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.channels.icons import icon_of
from bot.channels.notice import (
    FOR_HELPERS,
    HELPER_PAGE,
    UNCONFIRMED,
    is_unconfirmed,
)
from bot.directory.load import Directory
from bot.intake.ports import Catalogs, Clock
from bot.intake.reply import Line
from bot.store.sent import SentMessages

# python-telegram-bot gives waits as timedelta when asked like this, and warns else.
os.environ["PTB_TIMEDELTA"] = "1"

LONGEST_MESSAGE = 4096  # Telegram's limit, counted as it counts: in UTF-16 units
SHORT_LABEL = 16  # two such buttons stand side by side on a narrow phone
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Under a caseworker's line as well, these are one tap away.
_WITH_WORDS = tuple(
    (name, f"button.{name}") for name in ("interpreter", "numbers", "stop")
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends one message at a time; what it raises is the caller's to sort out.

    Everything goes without a sound. Telegram shows a message's words on a locked
    phone; who writes here looks at the chat anyway, and a phone that rings makes
    others look at it.
    """

    bot: Bot
    catalogs: Catalogs
    sent: SentMessages
    clock: Clock
    directory: Directory
    info_url: str = ""  # of the page for those who help others

    async def send_line(self, chat_id: str, language: str, line: Line) -> str:
        """Send a line of ours; the id of its (last) message."""
        words: str = self.catalogs.text(language, line.key, **line.args)
        if is_unconfirmed(line.key, self.directory, self.clock()):
            words = f"{words}\n\n{self.catalogs.text(language, UNCONFIRMED)}"
        keyboard = self._keyboard(language, line.tokens)
        if line.key.startswith(FOR_HELPERS) and self.info_url:
            keyboard = self._with_page(language, keyboard)
        return await self._send(chat_id, words, keyboard)

    async def send_words(
        self, chat_id: str, language: str, alias: str, words: str
    ) -> str:
        """Send a caseworker's words under their name; the id of the last message."""
        name = self.catalogs.text(language, "relay.from", alias=alias)
        keyboard = self._keyboard(language, _WITH_WORDS)
        return await self._send(chat_id, f"{name}\n\n{words}", keyboard)

    async def note(self, chat_id: str, message_id: str) -> None:
        """Remember what was sent, so that it is wiped one day."""
        note = self.sent.note_sent
        await asyncio.to_thread(note, chat_id, message_id, self.clock())

    async def _send(
        self, chat_id: str, words: str, keyboard: InlineKeyboardMarkup | None
    ) -> str:
        *first, last = split_message(words)
        for part in first:
            await self.note(chat_id, await self._send_part(chat_id, part, None))
        return await self._send_part(chat_id, last, keyboard)

    async def _send_part(
        self, chat_id: str, words: str, keyboard: InlineKeyboardMarkup | None
    ) -> str:
        message = await self.bot.send_message(
            int(chat_id),
            words,
            reply_markup=keyboard,
            disable_notification=True,
            link_preview_options=_NO_PREVIEW,
        )
        return str(message.message_id)

    def _with_page(
        self, language: str, keyboard: InlineKeyboardMarkup | None
    ) -> InlineKeyboardMarkup:
        words = _label(HELPER_PAGE, self.catalogs.text(language, HELPER_PAGE))
        page = InlineKeyboardButton(words, url=f"{self.info_url}?l={language}")
        rows = keyboard.inline_keyboard if keyboard else ()
        return InlineKeyboardMarkup([[page], *rows])

    def _keyboard(
        self, language: str, tokens: Sequence[tuple[str, str]]
    ) -> InlineKeyboardMarkup | None:
        labels = [
            (token, _label(label, self.catalogs.text(language, label)))
            for token, label in tokens
        ]
        rows = [
            [InlineKeyboardButton(text, callback_data=token) for token, text in row]
            for row in _in_rows(labels)
        ]
        return InlineKeyboardMarkup(rows) if rows else None


def _label(label: str, words: str) -> str:
    return f"{icon_of(label).sign} {words}"


def split_message(words: str, limit: int = LONGEST_MESSAGE) -> list[str]:
    """The words in as few messages as may be, cut between paragraphs if possible."""
    parts = [""]
    for piece in _pieces(words, limit, ("\n\n", "\n", " ")):
        if _length(parts[-1] + piece) > limit:
            parts.append("")
        parts[-1] += piece
    return [part.strip() for part in parts if part.strip()] or [words]


def _pieces(words: str, limit: int, cuts: Sequence[str]) -> Iterator[str]:
    """The words in pieces that fit, each with the cut that followed it."""
    if _length(words) <= limit:
        yield words
    elif not cuts:
        size = limit // 2  # every sign is at most two units
        yield from (words[i : i + size] for i in range(0, len(words), size))
    else:
        first, *rest = words.split(cuts[0])
        yield from _pieces(first, limit, cuts[1:])
        for piece in rest:
            yield from _pieces(cuts[0] + piece, limit, cuts[1:])


def _length(words: str) -> int:
    return len(words.encode("utf-16-le", "replace")) // 2


def _in_rows(labels: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    rows: list[list[tuple[str, str]]] = []
    for label in labels:
        fits = len(label[1]) <= SHORT_LABEL
        if rows and fits and len(rows[-1]) == 1 and len(rows[-1][0][1]) <= SHORT_LABEL:
            rows[-1].append(label)
        else:
            rows.append([label])
    return rows
