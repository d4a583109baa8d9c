"""Two kinds of person: one who talks to stock Rasa, one who uses the page.

Both keep their connection open and time the same thing: from sending until the last
byte of the answer is there. What they read from the answer is not timed.
"""

import html
import re
import secrets
import time
from collections.abc import Sequence
from random import Random

import aiohttp

from bot.intake.reply import FIXED_TOKENS, LANGUAGE_TOKEN

STOCK_TEXTS = ("hello", "I am very sad", "yes", "are you a bot?", "bye")
STOCK_INTENTS = ("/greet", "/mood_unhappy", "/affirm", "/bot_challenge", "/goodbye")
HOUSE_TEXTS = (
    *("can I get papers?", "who will know about this?", "they did not pay me"),
    *("where can I sleep tonight?", "what does it cost?"),
)
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_BUTTON = re.compile(r'<button[^>]* value="([^"]+)"')


def draw(seed: int) -> Random:
    """A lot that falls the same in every run."""
    return Random(seed)  # noqa: S311 (no secret hangs on it)


class WrongAnswerError(Exception):
    """An answer that no person should get; what was timed is worth nothing."""


class StockTalk:
    """One conversation with stock Rasa."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url
        self._sender = secrets.token_hex(16)
        self._said = 0

    async def text(self, which: int | None = None) -> float:
        """Send this sentence or the next; the seconds until its answer."""
        return await self._say(STOCK_TEXTS, which)

    async def button(self) -> float:
        """Send the next intent as a button would; the seconds until its answer."""
        return await self._say(STOCK_INTENTS, None)

    async def _say(self, messages: Sequence[str], which: int | None) -> float:
        message = messages[(self._said if which is None else which) % len(messages)]
        self._said += 1
        body = {"sender": self._sender, "message": message}
        began = time.perf_counter()
        async with self._session.post(self._url, json=body) as response:
            answer = await response.read()
        took = time.perf_counter() - began
        if response.status != 200 or answer == b"[]":
            raise WrongAnswerError(f"Stock Rasa had no answer to {message!r}.")
        return took


class HouseTalk:
    """One conversation on the person's page; the bench knows no script of it.

    Args:
        wrong: sentences that tell of a trouble; none may be on a page.
        lot: draws among the buttons shown; None: always the first one.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        wrong: Sequence[str] = (),
        lot: Random | None = None,
    ) -> None:
        self._session, self._url = session, url
        self._wrong, self._lot = wrong, lot
        self._said = 0
        self._fields: dict[str, str] = {}
        self._tokens: list[str] = []

    async def open(self) -> float:
        """Open the page; the seconds until it is there."""
        began = time.perf_counter()
        async with self._session.get(self._url) as response:
            page = await response.text()
        took = time.perf_counter() - began
        self._read(response.status, page)
        return took

    async def text(self, which: int | None = None) -> float:
        """Write this sentence or the next; each must be answered by its card."""
        number = (self._said if which is None else which) % len(HOUSE_TEXTS)
        self._said += 1
        return await self._send({"do": "say", "text": HOUSE_TEXTS[number]})

    async def button(self) -> float:
        """Press a button of the dialogue, or Menu where there is none."""
        tokens = self._tokens or ["menu"]
        token = self._lot.choice(tokens) if self._lot else tokens[0]
        return await self.press(token)

    async def press(self, token: str) -> float:
        """Press a button that is on every screen, such as stop."""
        return await self._send({"do": token})

    async def _send(self, done: dict[str, str]) -> float:
        body = self._fields | done
        began = time.perf_counter()
        async with self._session.post(self._url, data=body) as response:
            page = await response.text()
        took = time.perf_counter() - began
        self._read(response.status, page)
        return took

    def _read(self, status: int, page: str) -> None:
        plain = html.unescape(page)
        found = next((words for words in self._wrong if words in plain), None)
        if status != 200 or found:
            raise WrongAnswerError(f"The page answered {status}: {found or page[:200]}")
        self._fields = dict(_FIELD.findall(page))
        tokens = (html.unescape(token) for token in _BUTTON.findall(page))
        self._tokens = [token for token in tokens if _is_dialogue(token)]


def _is_dialogue(token: str) -> bool:
    control = token in FIXED_TOKENS or token.startswith(LANGUAGE_TOKEN)
    return not control and token not in {"say", "wait", "return"}
