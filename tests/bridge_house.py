"""Both sides of the bridge: a person's page, a desk and a real translator between."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from bot.commands.translator import translator_environment
from bot.desk.app import build_app
from bot.language.machine.client import TranslatorClient
from bot.language.replies import Replies
from bot.language.sign_offs import Reviews
from bot.sockets import is_listening
from bot.store.database import Database
from bot.store.seal import Pocket
from bot.wiring import TRANSLATIONS
from tests.desk.house import PASSWORD, House, serve_app
from tests.web_house import TO_RELAY, WebHouse

PASSERELLE = Path(sys.executable).parent / "passerelle"
PATIENCE_SECONDS = 30


@dataclass
class Crossing:
    """Where both sides can be met, and what they stand on."""

    chat: str
    desk: str
    house: House
    web: WebHouse
    folder: Path
    packages: Path

    @contextmanager
    def translator(self) -> Iterator[None]:
        """A translator process for as long as it is needed; then it is killed."""
        environment = translator_environment(os.environ) | {
            "PASSERELLE_DATA": str(self.folder),
            "PASSERELLE_PACKAGES": str(self.packages),
        }
        socket = self.folder / "translator.sock"
        socket.unlink(missing_ok=True)
        process = subprocess.Popen([PASSERELLE, "translator"], env=environment)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not is_listening(socket):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            process.kill()
            process.wait()


@contextmanager
def open_crossing(
    database: Database, pocket: Pocket, folder: Path, packages: Path
) -> Iterator[Crossing]:
    """Everything but the translator."""
    house = House(database, pocket)
    web = WebHouse(database, pocket)
    web.clock = house.clock  # type: ignore[assignment]  # both sides at one time
    words = web.words
    house.parts = replace(
        house.parts,
        relay_recipient=web.relay.recipient,
        translator=TranslatorClient(folder / "translator.sock"),
        replies=Replies(words.catalogs, Reviews(TRANSLATIONS)),
        languages={row.tag: row.name for row in words.languages.all},
        right_to_left=frozenset(
            row.tag for row in words.languages.all if row.direction == "rtl"
        ),
        first_languages={"pag-asa": "fr"},
    )
    house.app = build_app(house.parts)
    house.add_colleague("alpha")
    with serve_app(house.app) as desk, serve_app(web.app()) as chat:
        yield Crossing(chat, desk, house, web, folder, packages)


@dataclass
class PersonPage:
    """A person in the relay, at a page of their own."""

    page: Page
    language: str
    web: WebHouse

    def text(self, key: str, **args: str) -> str:
        return self.web.words.catalogs.text(self.language, key, **args)

    def write(self, words: str) -> None:
        self.page.locator("#text").fill(words)
        self.page.locator("button.send").click()
        expect(self.page.locator(".mine").last).to_contain_text(words)


def cross(
    chromium: Browser,
    crossing: Crossing,
    language: str,
    size: tuple[int, int] = (390, 780),
) -> PersonPage:
    """A person who has just handed over a case, in their language."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=language
    )
    page = context.new_page()
    page.goto(crossing.chat)
    person = PersonPage(page, language, crossing.web)
    for name in TO_RELAY:
        label = person.text(f"button.{name}")
        nonce = page.locator("[name=n]").get_attribute("value")
        page.locator("main .choices button", has_text=label).first.click()
        page.wait_for_function(
            "old => document.querySelector('[name=n]')?.value !== old", arg=nonce
        )
    return person


def open_desk(
    chromium: Browser, crossing: Crossing, size: tuple[int, int] = (1280, 800)
) -> Page:
    """Alpha at work."""
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(crossing.desk)
    page.get_by_label("Sign-in name").fill("alpha")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible(timeout=20_000)
    return page


def take(desk: Page) -> None:
    """Take the only case there is."""
    desk.locator("[data-case]").click()
    desk.get_by_role("button", name="Take this case", exact=True).click()
    expect(desk.get_by_label("Write to the person")).to_be_visible(timeout=20_000)
