"""Both sides of the bridge in real browsers: an Arabic page and a French desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.database import Database
from bot.store.seal import Pocket
from tests.bridge_house import Crossing, cross, open_crossing, open_desk, take
from tests.desk.test_desk_browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
WAIT = 20_000
AFRAID = "أنا خائف."  # "I am afraid", as the tiny packages know it
YOU_CAN_CALL = "Vous pouvez m'appeler."


@pytest.fixture
def crossing(
    sqlite_database: Database, pocket: Pocket, tmp_path: Path, all_packages: Path
) -> Iterator[Crossing]:
    with open_crossing(sqlite_database, pocket, tmp_path, all_packages) as made:
        yield made


def composer(desk: Page) -> Page:
    return desk.get_by_label("Write to the person")  # type: ignore[return-value]


def send(desk: Page, name: str = "Send") -> None:
    desk.get_by_role("button", name=name, exact=True).click()


def is_too_wide(page: Page) -> bool:
    wide = "document.documentElement.scrollWidth > innerWidth"
    return bool(page.evaluate(wide))


@pytest.mark.promise(12)
def test_each_reads_and_writes_their_own_language(
    chromium: Browser, crossing: Crossing
) -> None:
    """P12: originals first, machine text under a label that says what it is."""
    with crossing.translator():
        person = cross(chromium, crossing, "ar")
        desk = open_desk(chromium, crossing)
        take(desk)
        person.write(AFRAID)
        said = desk.locator("li.person").last
        expect(said.locator(".bubble")).to_have_text(AFRAID)
        expect(said.locator(".bubble .passage")).to_have_attribute("lang", "ar")
        expect(said.locator(".machine .passage")).to_have_text(
            "J'ai peur.", timeout=WAIT
        )
        expect(said.locator(".machine .passage")).to_have_attribute("lang", "fr")
        expect(said.locator(".label")).to_have_text(
            "Machine: Argos Translate, Arabic → French (through English)"
        )
        composer(desk).fill(YOU_CAN_CALL)
        preview = desk.get_by_role("region", name="What the person receives")
        expect(preview.locator(".machine").first).to_contain_text(
            "يمكنك الاتصال بي.", timeout=WAIT
        )
        expect(preview.locator(".back .passage")).to_have_text(
            YOU_CAN_CALL, timeout=WAIT
        )
        assert axe(desk) == []
        desk.keyboard.press("Control+Enter")
        check_received(
            person.page, person.text("machine.label", language_name="Français")
        )
        check_sizes(desk, person.page)


def check_received(page: Page, label: str) -> None:
    """Own words, then the label, then what the machine made of them."""
    line = page.locator(".theirs").last
    expect(line.locator(".machine")).to_have_text("يمكنك الاتصال بي.", timeout=WAIT)
    assert line.evaluate("line => [...line.children].map(one => one.className)") == [
        *("who", "own", "label", "machine")
    ]
    expect(line.locator(".own")).to_have_text(YOU_CAN_CALL)
    expect(line.locator(".own")).to_have_attribute("lang", "fr")
    expect(line.locator(".own")).to_have_attribute("dir", "ltr")
    expect(line.locator(".label")).to_have_text(label)
    expect(line.locator(".machine")).to_have_attribute("dir", "rtl")


def check_sizes(desk: Page, person: Page) -> None:
    for width, height in ((1280, 800), (390, 800)):
        for page in (desk, person):
            page.set_viewport_size({"width": width, "height": height})
            assert not is_too_wide(page)
        expect(composer(desk)).to_be_in_viewport()
        expect(desk.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()


def test_a_translator_that_dies_holds_up_nobody(
    chromium: Browser, crossing: Crossing
) -> None:
    with crossing.translator():
        person = cross(chromium, crossing, "ar")
        desk = open_desk(chromium, crossing)
        take(desk)
        person.write(AFRAID)
        machine = desk.locator("li.person .machine .passage").first
        expect(machine).to_have_text("J'ai peur.", timeout=WAIT)
    person.write("رأسي يؤلمني.")  # the translator is gone now
    said = desk.locator("li.person").last
    expect(said.locator(".bubble")).to_have_text("رأسي يؤلمني.")
    expect(said.locator(".failed")).to_contain_text("Translation failed", timeout=WAIT)
    composer(desk).fill("Je suis là.")
    expect(desk.get_by_text("The person gets your own words only")).to_be_visible(
        timeout=WAIT
    )
    send(desk, "Send my words only")
    line = person.page.locator(".theirs").last
    expect(line.locator(".own")).to_have_text("Je suis là.", timeout=WAIT)
    assert line.locator(".machine").count() == 0
    expect(machine).to_have_text("J'ai peur.")  # what was translated stays
    with crossing.translator():  # another one, with another key
        said.get_by_role("button", name="Try again").click()
        expect(said.locator(".machine .passage")).to_be_visible(timeout=WAIT)


def test_what_the_guards_find_is_said_beside_the_original(
    chromium: Browser, crossing: Crossing
) -> None:
    with crossing.translator():
        person = cross(chromium, crossing, "ar")
        desk = open_desk(chromium, crossing)
        take(desk)
        person.write("zzz 12345 zzz qqq 999 xx")
        said = desk.locator("li.person").last
        expect(said.locator(".bubble")).to_have_text("zzz 12345 zzz qqq 999 xx")
        expect(said.locator(".failed")).to_contain_text(
            "Translation failed:", timeout=WAIT
        )


def test_nobody_sends_a_translation_unseen(
    chromium: Browser, crossing: Crossing
) -> None:
    """The first press shows it; the second one would not wait for it."""
    with crossing.translator():
        cross(chromium, crossing, "ar")
        desk = open_desk(chromium, crossing)
        take(desk)
        composer(desk).fill(YOU_CAN_CALL)
        desk.keyboard.press("Control+Enter")
        assert desk.locator("li.caseworker").count() == 0
        expect(desk.locator(".preview .machine").first).to_be_visible(timeout=WAIT)
        assert composer(desk).input_value() == YOU_CAN_CALL
        desk.keyboard.press("Control+Enter")
        expect(desk.locator("li.caseworker .machine")).to_be_visible(timeout=WAIT)


def test_ready_made_replies_are_the_bridge_without_packages(
    chromium: Browser, crossing: Crossing
) -> None:
    with crossing.translator():
        person = cross(chromium, crossing, "nl")
        desk = open_desk(chromium, crossing)
        desk.locator("[data-case]").click()
        for sentence in (
            "No machine translation for Dutch here.",
            "Ready-made replies exist.",
            "The person wants an interpreter: not asked for.",
        ):
            expect(desk.locator(".gate").get_by_text(sentence)).to_be_visible()
        expect(desk.locator("[data-case]")).to_contain_text("No machine translation")
        take(desk)
        composer(desk).fill("Words begun before")
        choose_first_reply(desk)
        send(desk, "Send this reply")
        hello = person.text("reply.hello", centre="PAG-ASA")
        expect(person.page.locator(".ready_made").last).to_have_text(
            hello, timeout=WAIT
        )
        assert composer(desk).input_value() == "Words begun before"


def choose_first_reply(desk: Page) -> None:
    """With the keyboard alone."""
    desk.keyboard.press("Tab")
    for _ in range(8):
        if desk.evaluate("document.activeElement.textContent") == "Ready-made replies":
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".replies li").first).to_contain_text(
        "draft: not yet checked by a native reader"
    )
    assert axe(desk) == []
    for _ in range(4):
        desk.keyboard.press("Tab")
        if desk.evaluate("!!document.activeElement.closest('.replies li')"):
            break
    desk.keyboard.press("Enter")


def test_one_tap_for_an_interpreter_is_seen_at_once(
    chromium: Browser, crossing: Crossing
) -> None:
    person = cross(chromium, crossing, "en")
    desk = open_desk(chromium, crossing)
    expect(desk.locator("[data-case]")).not_to_contain_text("Interpreter")
    person.page.locator("button[value=interpreter]").click()
    expect(person.page.locator("main")).to_contain_text(
        person.text("relay.interpreter")
    )
    expect(desk.locator("[data-case]")).to_contain_text("Interpreter", timeout=WAIT)
    expect(desk.locator(".news")).to_contain_text("the person wants an interpreter")


def test_the_language_one_writes_in_stays_chosen(
    chromium: Browser, crossing: Crossing
) -> None:
    with crossing.translator():
        cross(chromium, crossing, "ar")
        desk = open_desk(chromium, crossing)
        take(desk)
        desk.get_by_label("I write in").select_option("en")
        handover = desk.locator("li.handover .label")
        expect(handover).to_contain_text("Arabic → English", timeout=WAIT)
        again = open_desk(chromium, crossing)
        expect(again.get_by_label("I write in")).to_have_value("en")
