"""A person and a caseworker, each in a browser of their own."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

from bot.settings import read_settings
from bot.wiring import load_words
from tests.whole.house import Running

WORDS = load_words(read_settings({}))
# As phones are set that speak these languages.
LOCALES = {
    "am": "am-ET",
    "ar": "ar-MA",
    "bg": "bg-BG",
    "cs": "cs-CZ",
    "de": "de-DE",
    "en": "en-GB",
    "es": "es-DO",
    "fa": "fa-AF",
    "fr": "fr-BE",
    "hi": "hi-IN",
    "hu": "hu-HU",
    "it": "it-IT",
    "nl": "nl-BE",
    "pa": "pa-IN",
    "pl": "pl-PL",
    "ps": "ps-AF",
    "pt": "pt-BR",
    "ro": "ro-RO",
    "ru": "ru-RU",
    "sk": "sk-SK",
    "sq": "sq-AL",
    "sr-Latn": "sr-RS",
    "th": "th-TH",
    "tr": "tr-TR",
    "uk": "uk-UA",
    "ur": "ur-PK",
    "vi": "vi-VN",
    "zh-Hans": "zh-CN",
}
ARGUMENTS = {"centre": "PAG-ASA"} | dict.fromkeys(
    ("centre_phone", "centre_hours", "case_number", "code", "when", "text"), ""
)
TO_MENU = ("go_on", "yes", "yes")
TO_CONTACT = ("human", "adult", *["understood"] * 4)
TO_PREVIEW = (*TO_MENU, *TO_CONTACT, "contact_here", "brussels", "this_centre")
TO_RELAY = (*TO_PREVIEW, "confirm", "yes", "yes")


@dataclass
class PersonPage:
    """A person at the page, pressing what the catalog says is there."""

    page: Page
    language: str
    trouble: list[str] = field(default_factory=list)

    def text(self, key: str, **args: str) -> str:
        return WORDS.catalogs.text(self.language, key, **ARGUMENTS | args)

    def press(self, *names: str) -> None:
        """Press these buttons of the dialogue, one after the other."""
        for name in names:
            label = self.text(f"button.{name}")
            button = self.page.locator("main .choices button", has_text=label).first
            nonce = self.nonce
            button.click()
            self.page.wait_for_function(
                "old => document.querySelector('[name=n]')?.value !== old", arg=nonce
            )

    def control(self, name: str) -> None:
        """Press one of the controls that every screen has."""
        nonce = self.nonce
        self.page.locator(
            f"nav button[value={name}], .bottom button[value={name}]"
        ).click()
        self.page.wait_for_function(
            "old => document.querySelector('[name=n]')?.value !== old", arg=nonce
        )

    def write(self, words: str) -> None:
        self.page.locator("#text").fill(words)
        nonce = self.nonce
        self.page.locator("button.send").click()
        self.page.wait_for_function(
            "old => document.querySelector('[name=n]')?.value !== old", arg=nonce
        )

    def hears(self, key: str, **args: str) -> None:
        """The screen shows the first sentence of this text."""
        first = self.text(key, **args).split("\n")[0]
        expect(self.page.locator("main")).to_contain_text(first, timeout=15_000)

    @property
    def case_number(self) -> str:
        """The number on the screen after a handover."""
        return re.findall(r"\b\d{6}\b", self.words)[0]

    @property
    def nonce(self) -> str:
        return str(self.page.locator("[name=n]").get_attribute("value"))

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()


def open_page(
    chromium: Browser,
    house: Running,
    *,
    language: str = "en",
    script: bool = True,
    size: tuple[int, int] = (360, 740),
) -> PersonPage:
    """A fresh browser at the person's page; errors of the page are collected."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LOCALES[language],
        java_script_enabled=script,
    )
    page = context.new_page()
    person = PersonPage(page, language)
    page.on("pageerror", lambda error: person.trouble.append(str(error)))
    page.on("console", lambda message: person.trouble.append(message.text))
    page.goto(house.chat)
    return person


def open_desk(chromium: Browser, house: Running, centre: str = "pag-asa") -> Page:
    """A caseworker of this centre, signed in."""
    page = chromium.new_context(viewport={"width": 1360, "height": 820}).new_page()
    page.goto(house.desk)
    name, password = house.accounts[centre]
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible(timeout=30_000)
    return page


def take_case(desk: Page, number: str) -> None:
    """Choose this case in the list and take it."""
    either = re.compile(rf"{number[:3]}\s?{number[3:]}")
    desk.locator("[data-case]").filter(has_text=either).click()
    desk.get_by_role("button", name="Take this case", exact=True).click()
    expect(desk.get_by_label("Write to the person")).to_be_visible(timeout=20_000)


def answer(desk: Page, words: str) -> None:
    """Write to the person."""
    desk.get_by_label("Write to the person").fill(words)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".caseworker").last).to_contain_text(words)
