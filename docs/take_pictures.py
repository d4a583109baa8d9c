"""Takes the README's pictures: `.venv/bin/python -m docs.take_pictures`."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.chromium import launch_chromium
from tests.whole.browsers import (
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


def take_all() -> None:
    """Write every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    with launch_chromium() as chromium, start_house(folder) as house:
        for name, walk in WALKS.items():
            person = open_page(chromium, house, language=name[-2:])
            walk(person)
            _keep(person.page, name)
        _take_relay(chromium, house)


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


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    take_all()
