"""Printed cards of a link, made in a process of its own that ends with the card."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from bot.desk.calls import Answer, Call, Trouble, encode
from bot.outreach.cards import DESIGNS
from bot.store.links import LinkRow, find_by_id

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CardPress:
    """Runs `passerelle card`, one at a time: fonts and pages take much memory."""

    command: Sequence[str]
    patience_seconds: float = PATIENCE_SECONDS
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def __call__(self, *options: str) -> bytes | None:
        """The card as PDF; None if it cannot be made here."""
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                *self.command, *options, stdout=PIPE
            )
            try:
                async with asyncio.timeout(self.patience_seconds):
                    pdf, _ = await process.communicate()
            except TimeoutError:
                process.kill()
                await process.wait()
                return None
            return pdf if process.returncode == 0 else None


async def print_card(call: Call) -> Answer:
    """A card for one of the centre's links."""
    design = call.query.get("design", "")
    language = call.query.get("language", "")
    if design not in DESIGNS or language not in call.parts.spoken:
        raise ValueError("design")
    link = await run_in_threadpool(_find, call)
    if link is None:
        return Trouble("not_found")
    options = ["--link", link.id, "--design", design, "--language", language]
    if call.query.get("discreet") == "1":
        options.append("--discreet")
    pdf = await call.parts.press(*options, "--out", "-")
    return Trouble("no_card") if pdf is None else {"pdf": encode(pdf)}


def _find(call: Call) -> LinkRow | None:
    with call.parts.database.read() as connection:
        return find_by_id(connection, call.path["link"], owner_id=call.caller.centre_id)
