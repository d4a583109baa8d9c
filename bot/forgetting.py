"""The job that forgets: every few minutes, for as long as the chat runs."""

import asyncio
import logging
from datetime import timedelta

from bot.intake.ports import Clock
from bot.settings import Settings
from bot.store.database import Database
from bot.store.retention import Periods, forget

EVERY_SECONDS = 300
_log = logging.getLogger(__name__)


async def keep_forgetting(database: Database, settings: Settings, clock: Clock) -> None:
    """Forget what is due, now and every few minutes; a failure waits for the next."""
    periods = periods_of(settings)
    while True:
        try:
            await asyncio.to_thread(forget, database, clock(), periods)
        except Exception as error:  # noqa: BLE001 (a job's edge: it must go on)
            _log.error("forgetting failed: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def periods_of(settings: Settings) -> Periods:
    """How long each thing is kept, from the settings."""
    return Periods(
        conversation=timedelta(hours=settings.idle_hours),
        case=timedelta(days=settings.case_days),
    )
