"""Takes the README's pictures of printed cards: `python -m docs.card_pictures`."""

from pathlib import Path

import pypdfium2 as pdfium

from bot.commands.card import make_card
from bot.outreach.cards import DESIGNS
from bot.outreach.printing import print_card
from bot.settings import read_settings
from bot.wiring import load_words

PICTURES = Path(__file__).parent / "pictures"
CARDS = {  # language, design, whether discreet
    "cards-pocket-en": ("en", "pocket", False),
    "cards-strip-ar": ("ar", "strip", False),
    "cards-poster-ur": ("ur", "poster", True),
}
ADDRESS = "https://notes.example.org/bcdf2345"
DPI = 100
GREYS = 16


def take_cards() -> None:
    """Write them anew; they need no house and no browser."""
    words = load_words(read_settings({}))
    for name, (language, design, is_discreet) in CARDS.items():
        card = make_card(
            words,
            words.languages[language],
            DESIGNS[design],
            address=ADDRESS,
            is_discreet=is_discreet,
        )
        page = pdfium.PdfDocument(print_card(card))[0]
        picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        picture.quantize(GREYS).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    take_cards()
