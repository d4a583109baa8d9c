"""Takes the README's pictures: `.venv/bin/python -m docs.take_pictures`."""

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from docs.card_pictures import take_cards
from tests.chromium import launch_chromium
from tests.whole.browsers import (
    LOCALES,
    TO_MENU,
    TO_PREVIEW,
    TO_RELAY,
    PersonPage,
    answer,
    open_desk,
    open_page,
    take_case,
)
from tests.whole.house import Running, start_house

PICTURES = Path(__file__).parent / "pictures"
LANGUAGES = PICTURES / "languages"


def take_all() -> None:
    """Write every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    take_cards()
    folder = Path(tempfile.mkdtemp())
    with launch_chromium() as chromium, start_house(folder) as house:
        for name, walk in WALKS.items():
            person = open_page(chromium, house, language=name[-2:])
            walk(person)
            _keep(person.page, name)
        _take_relay(chromium, house)
        for tag in LOCALES:
            _take_language(chromium, house, tag)


def _walk_card(person: PersonPage) -> None:
    person.press(*TO_MENU)
    person.press("rights", "theme_help", "time_to_think")


def _walk_stop(person: PersonPage) -> None:
    person.press(*TO_MENU)
    person.write("stop please")


WALKS: dict[str, Callable[[PersonPage], None]] = {
    "first-en": lambda _person: None,
    "first-ar": lambda _person: None,
    "card-en": _walk_card,
    "preview-en": lambda person: person.press(*TO_PREVIEW),
    "stop-en": _walk_stop,
}


def _take_relay(chromium: Browser, house: Running) -> None:
    person = open_page(chromium, house, language="ar")
    person.press(*TO_RELAY)
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    answer(desk, "مساء الخير. أنا من المركز.")
    person.page.locator(".theirs").wait_for()
    person.write("شكرا. أريد مكانا آمنا.")
    desk.locator("li.person").last.wait_for()
    _keep(person.page, "relay-ar")
    _keep(desk, "desk")


def _take_language(chromium: Browser, house: Running, tag: str) -> None:
    """First words, a card and the preview of one language, side by side."""
    screens = []
    for walk in (lambda _person: None, _walk_card, WALKS["preview-en"]):
        person = open_page(chromium, house, language=tag, size=(360, 900))
        walk(person)
        screens.append(base64.b64encode(person.page.screenshot()).decode())
        person.page.context.close()
    images = "".join(f'<img src="data:image/png;base64,{one}">' for one in screens)
    context = chromium.new_context(viewport={"width": 1100, "height": 916})
    sheet = context.new_page()
    sheet.set_content(f"<body style='display:flex;gap:8px;margin:8px'>{images}</body>")
    LANGUAGES.mkdir(exist_ok=True)
    sheet.screenshot(path=LANGUAGES / f"{tag}.jpg", type="jpeg", quality=55)
    context.close()


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    take_all()
