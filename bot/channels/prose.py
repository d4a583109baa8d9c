"""Plain text as HTML: paragraphs, lists, numbers that can be dialled."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from bot.directory.load import Directory

# Stands in a text where the exact words to be sent come in; no text holds it.
EXACT = "\ue000"
_ITEM = "- "
# The catalogs set arguments apart with these; in HTML, <bdi> does it for a number.
_ISOLATES = "\u2066\u2067\u2068\u2069"
_CODE = r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b"


class Prose:
    """Writes texts as HTML; knows the numbers and names that must not be torn."""

    def __init__(self, directory: Directory) -> None:
        centres = directory.centres.values()
        arguments = directory.arguments()
        numbers = {v for name, v in arguments.items() if name.startswith("number_")}
        number = _either(numbers | {centre.phone for centre in centres})
        names = _either({centre.name for centre in centres})
        number = rf"(?<![\d+])(?:{number})(?!\d)"
        self._special = re.compile(rf"(?P<number>{number})|(?P<whole>{names}|{_CODE})")
        # "Police: 101" becomes a line with a large button to call.
        self._call = re.compile(
            rf"(?P<label>.*:)\s*[{_ISOLATES}]*(?P<number>{number})[{_ISOLATES}]*\.?"
        )

    def write(self, words: str, exact: str = "") -> Markup:
        """A text of the catalogs; `exact` are the words to be sent, set apart."""
        blocks = (block for block in words.split("\n\n") if block.strip())
        return Markup("").join(
            self._exact(exact) if EXACT in block else self._block(block)
            for block in blocks
        )

    def write_typed(self, words: str) -> Markup:
        """What somebody typed: each line in its own direction, no lists."""
        blocks = (block for block in words.split("\n\n") if block.strip())
        return Markup("").join(
            Markup('<p class="typed">{}</p>').format(self._rows(block.split("\n")))
            for block in blocks
        )

    def write_unchecked(self, words: str) -> Markup:
        """Words that nobody has checked: no number in them is there to be called."""
        blocks = (block for block in words.split("\n\n") if block.strip())
        return Markup("").join(
            Markup('<p class="typed">{}</p>').format(
                Markup("<br>").join(map(escape, block.split("\n")))
            )
            for block in blocks
        )

    def write_row(self, row: str) -> Markup:
        """One row, its numbers ready to be called."""
        return self._row(row)

    def _exact(self, words: str) -> Markup:
        return Markup('<div class="exact">{}</div>').format(self.write_typed(words))

    def _block(self, block: str) -> Markup:
        rows = groupby(block.split("\n"), key=lambda row: row.startswith(_ITEM))
        return Markup("").join(
            Markup("<ul>{}</ul>").format(self._items(part))
            if is_list
            else Markup("<p>{}</p>").format(self._rows(part))
            for is_list, part in rows
        )

    def _rows(self, rows: Iterable[str]) -> Markup:
        return Markup("<br>").join(self._row(row) for row in rows)

    def _items(self, rows: Iterable[str]) -> Markup:
        return Markup("").join(self._item(row.removeprefix(_ITEM)) for row in rows)

    def _item(self, row: str) -> Markup:
        call = self._call.fullmatch(row)
        if call is None or self._special.search(call["label"]):
            body = self._row(row)
            kind = Markup(' class="dial"') if "tel:" in body else Markup("")
            return Markup("<li{}>{}</li>").format(kind, body)
        label, number = self._row(call["label"]), _dial_link(call["number"])
        return Markup('<li class="call"><span>{}</span> {}</li>').format(label, number)

    def _row(self, row: str) -> Markup:
        return Markup("").join(self._pieces(row))

    def _pieces(self, row: str) -> Iterator[Markup]:
        end = 0
        for found in self._special.finditer(row):
            yield escape(row[end : found.start()])
            if found["number"]:
                yield _dial_link(found["number"])
            else:
                yield Markup('<span class="whole">{}</span>').format(found["whole"])
            end = found.end()
        yield escape(row[end:])


def _either(texts: Iterable[str]) -> str:
    longest_first = sorted(texts, key=len, reverse=True)
    return "|".join(re.escape(text) for text in longest_first)


def _dial_link(number: str) -> Markup:
    digits = re.sub(r"[^\d+]", "", number)
    return Markup('<a href="tel:{}"><bdi>{}</bdi></a>').format(digits, number)
