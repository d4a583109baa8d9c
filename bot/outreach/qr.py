"""QR codes as one SVG path: sharp at any size, with no seam between its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

QUIET_ZONE = 4  # modules of white on every side, as the standard asks


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, to be drawn in a square of `width` modules."""

    path: str
    modules: int

    @property
    def width(self) -> int:
        """The modules of a side, quiet zone included."""
        return self.modules + 2 * QUIET_ZONE


@lru_cache(maxsize=8)
def draw_code(text: str, *, level: str) -> Code:
    """The code of an address; `level` is the least that is mended: m 15 %, q 25 %."""
    made = segno.make_qr(text, error=level)
    rows = [[bool(sign) for sign in row] for row in made.matrix]
    return Code(path="".join(_runs(rows)), modules=len(rows))


def _runs(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    """Each row's dark stretches as rectangles of one and the same path."""
    for y, row in enumerate(rows, start=QUIET_ZONE):
        x = QUIET_ZONE
        for is_dark, stretch in groupby(row):
            length = len(list(stretch))
            if is_dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
