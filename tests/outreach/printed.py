"""A printed sheet as a reader meets it: pixels to scan, letters with their places."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import zxingcpp
from PIL import Image

DPI = 150
A4_MM = (210, 297)
_POINTS_PER_MM = 72 / 25.4
_TEXT = pdfium_c.FPDF_PAGEOBJ_TEXT


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres from the top left corner of the sheet."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Scanned:
    """A code that was read from the pixels."""

    text: str
    box: Box
    white_border: float  # in modules, on the side where it is narrowest


class Sheet:
    """One page of a PDF."""

    def __init__(self, pdf: bytes) -> None:
        self._document = pdfium.PdfDocument(pdf)
        self.pages = len(self._document)
        self._page = self._document[0]
        self.title: str = self._document.get_metadata_dict().get("Title", "")
        self._letters = self._page.get_textpage()

    @property
    def size_mm(self) -> tuple[int, int]:
        width, height = self._page.get_size()
        return round(width / _POINTS_PER_MM), round(height / _POINTS_PER_MM)

    @cached_property
    def picture(self) -> Image.Image:
        bitmap = self._page.render(scale=DPI / 72, grayscale=True)
        picture: Image.Image = bitmap.to_pil()
        return picture

    @property
    def codes(self) -> list[Scanned]:
        found = zxingcpp.read_barcodes(
            self.picture, formats=zxingcpp.BarcodeFormat.QRCode
        )
        return [self._scanned(one) for one in found]

    @property
    def text(self) -> str:
        text: str = self._letters.get_text_range()
        return text

    def places(self, words: str) -> list[list[Box]]:
        """Where these words stand: a box for each letter, in the order of the words."""
        search, found = self._letters.search(words), []
        while hit := search.get_next():
            at, length = hit
            found.append([self._box(at + n) for n in range(length)])
        return found

    def letters(self) -> Iterator[tuple[str, Box]]:
        """Every letter that leaves ink, with its place."""
        for at in range(self._letters.count_chars()):
            letter = self._letters.get_text_range(at, 1)
            if letter.strip("\u00a0\u2066\u2067\u2068\u2069\u200b\ufffe \r\n"):
                yield letter, self._box(at)

    def fonts(self) -> dict[str, bool]:
        """The name of each font that is used, and whether it is in the file."""
        used = {}
        for one in self._page.get_objects(filter=[_TEXT]):
            font = pdfium_c.FPDFTextObj_GetFont(one)
            used[_name(font)] = bool(pdfium_c.FPDFFont_GetIsEmbedded(font))
        return used

    def _box(self, at: int) -> Box:
        left, bottom, right, top = self._letters.get_charbox(at)
        height = self._page.get_height()
        return Box(
            left / _POINTS_PER_MM,
            (height - top) / _POINTS_PER_MM,
            right / _POINTS_PER_MM,
            (height - bottom) / _POINTS_PER_MM,
        )

    def _scanned(self, code: Any) -> Scanned:
        where = code.position
        left, top = where.top_left.x, where.top_left.y
        right, bottom = where.bottom_right.x, where.bottom_right.y
        pixels = (left, top, right, bottom)
        modules = _modules(code)
        step = (right - left) / modules
        return Scanned(
            text=code.text,
            box=Box(*(one / DPI * 25.4 for one in pixels)),
            white_border=self._white_border(pixels, step),
        )

    def _white_border(self, pixels: tuple[int, int, int, int], step: float) -> float:
        left, top, right, bottom = pixels
        wide = 0.0
        while wide < 5:
            more = wide + 0.5
            out = round(more * step)
            frame = (left - out, top - out, right + out, bottom + out)
            ring = self.picture.crop(frame)
            # What is inside is the code itself: only the outermost line counts.
            edge = [ring.crop(one).getextrema()[0] for one in _edges(ring.size)]
            if out > 1 and min(edge) < 200:
                break
            wide = more
        return wide


def _edges(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    width, height = size
    return [
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    ]


def _modules(code: Any) -> int:
    """The modules of a side, as the standard counts them from the version."""
    return 17 + 4 * int(code.extra["Version"])


def _name(font: Any) -> str:
    length = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = pdfium_c.ctypes.create_string_buffer(length)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, length)
    return buffer.value.decode().partition("+")[2]
