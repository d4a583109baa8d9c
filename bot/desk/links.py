"""Making and ending links; their labels stay at the desk, sealed with its secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import CannotOpenError
from bot.outreach.links import new_code, tell_opens
from bot.store.links import (
    Connection,
    LinkRow,
    add_link,
    is_taken,
    list_counts,
    new_link_id,
    note_replacement,
    revoke_link,
)
from bot.store.seal import Pocket, Purpose

WEEKS_TOLD = 12
_LABEL_BLOCK = 128  # the length of what is sealed tells nothing of a label


@dataclass(frozen=True, slots=True)
class NewLink:
    """What somebody wants a link for.

    Args:
        owner: the centre whose outreach workers see it; None: the command line alone.
    """

    label: str
    channel: str
    language: str | None = None
    centre: str | None = None
    region: str | None = None
    owner: str | None = None
    made_by: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkOffice:
    """Somebody's work on links, inside the caller's one transaction."""

    connection: Connection
    pocket: Pocket
    now: datetime

    def make(self, wanted: NewLink) -> LinkRow:
        """A new link, with a code that nobody has had."""
        link_id = new_link_id()
        row = LinkRow(
            id=link_id,
            code=self._free_code(),
            owner_id=wanted.owner,
            label_sealed=self._seal(wanted.label, link_id),
            channel=wanted.channel,
            language=wanted.language,
            centre_id=wanted.centre,
            region=wanted.region,
            created_by=wanted.made_by,
            created_at=self.now,
            expires_at=wanted.expires_at,
        )
        add_link(self.connection, row)
        return row

    def revoke(self, row: LinkRow) -> LinkRow:
        """End it: from now on it looks as if it had never been."""
        if revoke_link(self.connection, row.id, now=self.now):
            return replace(row, revoked_at=self.now)
        return row

    def rotate(self, row: LinkRow, *, made_by: str | None) -> LinkRow:
        """A new code for the same purpose; the old one ends at once."""
        wanted = NewLink(
            label=self.label(row),
            channel=row.channel,
            language=row.language,
            centre=row.centre_id,
            region=row.region,
            owner=row.owner_id,
            made_by=made_by,
            # An end that has come already would make the new one useless.
            expires_at=row.expires_at if row.state(self.now) == "live" else None,
        )
        made = self.make(wanted)
        revoke_link(self.connection, row.id, now=self.now)
        note_replacement(self.connection, row.id, made.id)
        return made

    def label(self, row: LinkRow) -> str:
        """What the link is called; nothing, if the desk has another secret now."""
        try:
            label: str = self.pocket.open(
                Purpose.LABEL, row.label_sealed, address=row.id
            )
        except CannotOpenError:
            return ""
        return label

    def counts(
        self, rows: Sequence[LinkRow]
    ) -> Mapping[str, Sequence[tuple[str, int | None]]]:
        """Each link's openings by week, newest first, as far as they may be told."""
        exact = list_counts(self.connection, [row.id for row in rows])
        return {
            link_id: [(week, tell_opens(opens)) for week, opens in weeks[:WEEKS_TOLD]]
            for link_id, weeks in exact.items()
        }

    def _seal(self, label: str, link_id: str) -> bytes:
        return self.pocket.seal(
            Purpose.LABEL, label, address=link_id, block=_LABEL_BLOCK
        )

    def _free_code(self) -> str:
        while True:
            code = new_code()
            if not is_taken(self.connection, code):
                return code
