"""Takes the README's pictures: `.venv/bin/python -m docs.take_pictures`."""

import base64
import hashlib
import os
import subprocess
import sys
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
PASSERELLE = Path(sys.executable).parent / "passerelle"
PACKAGES = Path(__file__).parent.parent / "tests" / "packs"


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
    with launch_chromium() as chromium:
        _take_bridge(chromium, Path(tempfile.mkdtemp()))


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


def _take_bridge(chromium: Browser, folder: Path) -> None:
    """Two scripts, with the project's own tiny packages between them."""
    pins = folder / "pins.txt"
    files = sorted(PACKAGES.glob("*.argosmodel"))
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    rows = [f"{h}  {f.name}\n" for h, f in zip(hashes, files, strict=True)]
    pins.write_text("".join(rows), encoding="utf-8")
    settings = {"PASSERELLE_PACKAGES": str(folder)}
    for file in files:
        command = [PASSERELLE, "languages", "import", file]
        subprocess.run(command, env=os.environ | settings, check=True)
    (folder / "house").mkdir()
    with start_house(folder / "house", **settings) as house:
        person = open_page(chromium, house, language="ar")
        person.press(*TO_RELAY)
        number = person.case_number
        desk = open_desk(chromium, house)
        take_case(desk, number)
        desk.get_by_label("Write to the person").fill("Je travaille pour le centre.")
        desk.get_by_text("back into French").wait_for()
        desk.keyboard.press("Control+Enter")
        person.page.locator(".theirs").wait_for()
        person.write("أين أنام الليلة؟")
        desk.get_by_text("Où puis-je dormir").wait_for()
        own = "Je suis une personne, pas une machine."
        desk.get_by_label("Write to the person").fill(own)
        desk.get_by_text("back into French").wait_for()
        _keep(desk, "desk-bridge")
        person.page.locator(".theirs").last.scroll_into_view_if_needed()
        _keep(person.page, "relay-bridge-ar")


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
