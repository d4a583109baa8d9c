"""Links in a test's house: made as the desk makes them."""

from datetime import datetime
from typing import Any

from bot.desk.links import LinkOffice, NewLink
from bot.store.database import Database
from bot.store.links import LinkRow
from bot.store.seal import Pocket
from tests.desk.house import DESK_SECRET


def make_link(database: Database, now: datetime, **wish: Any) -> LinkRow:
    """A link; without a wish it says nothing but where it leads."""
    told = {"label": "Sunflower street", "channel": "web"} | wish
    with database.write() as connection:
        return LinkOffice(connection, Pocket(DESK_SECRET), now).make(NewLink(**told))


def end_link(database: Database, now: datetime, row: LinkRow) -> None:
    with database.write() as connection:
        LinkOffice(connection, Pocket(DESK_SECRET), now).revoke(row)
