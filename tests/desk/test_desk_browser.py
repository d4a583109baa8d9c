"""The desk in a real browser, as caseworkers use it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.database import Database
from bot.store.seal import Pocket
from tests.desk.house import PASSWORD, House, Person, serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = (1360, 820), (360, 720)
OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, url: str) -> Iterator[OpenPage]:
    """Opens the desk in a browser of its own; a script error fails the test."""
    contexts, trouble = [], []

    def open_one(size: tuple[int, int] = WIDE, path: str = "/") -> Page:
        width, height = size
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda m: trouble.append(m.text) if _is_own(m.text) else 0)
        page.goto(url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def _is_own(text: str) -> bool:
    # The browser writes a line for each refused call; those are expected here.
    return not text.startswith("Failed to load resource")


@pytest.fixture
def desk(open_page: OpenPage) -> Callable[..., Page]:
    """Opens the desk signed in."""

    def enter(name: str, size: tuple[int, int] = WIDE) -> Page:
        page = open_page(size)
        sign_in(page, name)
        return page

    return enter


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible(timeout=20_000)


def choose(page: Page, person: Person) -> None:
    page.locator(f"[data-case='{person.case_id}']").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_case_is_taken_and_answered(house: House, desk: Callable[..., Page]) -> None:
    person = house.new_person(text="أرغب في التحدث.\n\nI want to talk.", language="ar")
    page = desk("alpha")
    expect(page).to_have_title("(1) Desk")
    choose(page, person)
    press(page, "Take this case")
    expect(page.get_by_text("أرغب في التحدث.")).to_have_css("direction", "rtl")
    expect(page.get_by_text("I want to talk.")).to_have_css("direction", "ltr")
    page.get_by_label("Write to the person").fill("Hello, I am Alpha.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".caseworker")).to_contain_text("Hello, I am Alpha.")
    expect(page).to_have_title("Desk")
    assert [row.kind for row in house.outbox()] == ["words"]


def test_new_words_appear_by_themselves(
    house: House, desk: Callable[..., Page]
) -> None:
    person = house.new_person()
    page = desk("alpha")
    choose(page, person)
    press(page, "Take this case")
    page.get_by_label("Write to the person").fill("half a sen")
    person.write("Are you there?")
    expect(page.locator("li.person")).to_contain_text("Are you there?")
    assert page.get_by_label("Write to the person").input_value() == "half a sen"
    another = house.new_person()
    expect(page.locator(f"[data-case='{another.case_id}']")).to_be_visible()
    expect(page.get_by_text("A new case is waiting.")).to_be_visible()


def test_one_of_two_wins(house: House, desk: Callable[..., Page]) -> None:
    person = house.new_person()
    alpha, beta = desk("alpha"), desk("beta")
    for page in (alpha, beta):
        choose(page, person)
        expect(page.get_by_text("This case is sealed.")).to_be_visible()
    for page in (alpha, beta):  # both presses are made before either page hears back
        page.evaluate("document.querySelector('.gate .main').click()")
    results = [
        page.get_by_text(re.compile("You have taken the case|took this case first"))
        for page in (alpha, beta)
    ]
    for result in results:
        expect(result).to_be_visible()
    told = sorted(str(result.text_content()) for result in results)
    assert told[0] in {
        f"{name} took this case first. You can open and read it."
        for name in ("Alpha", "Beta")
    }
    assert told[1].startswith("You have taken the case")


def test_case_is_handed_back_closed_and_erased(
    house: House, desk: Callable[..., Page]
) -> None:
    person = house.new_person()
    page = desk("alpha")
    choose(page, person)
    press(page, "Take this case")
    page.get_by_label("Write to the person").wait_for()
    for action, answer in (("hand-back", "Hand back"), ("close", "Close")):
        page.locator(f"[data-action='{action}']").click()
        press(page, answer)
        expect(page.locator("dialog")).to_have_count(0)
    page.locator("[data-action='erase']").click()
    page.get_by_label("To erase").fill("000000")
    press(page, "Erase for good")
    expect(page.get_by_text("This is not the number of this case.")).to_be_visible()
    page.get_by_label("To erase").fill(person.number)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The case is erased.")).to_be_visible()
    expect(page.locator("[data-case]")).to_have_count(0)
    assert "I would like to talk to someone." not in page.content()


def test_phone_shows_one_pane_at_a_time(
    house: House, desk: Callable[..., Page]
) -> None:
    person = house.new_person()
    page = desk("alpha", PHONE)
    choose(page, person)
    expect(page.get_by_text("This case is sealed.")).to_be_in_viewport()
    expect(page.locator(".pane.list")).to_be_hidden()
    press(page, "This case")
    expect(page.locator("[data-action='close']")).to_be_in_viewport()
    press(page, "‹ Conversation")
    press(page, "‹ Cases")
    expect(page.locator("[data-case]")).to_be_in_viewport()
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wider


def test_keyboard_alone_opens_a_case(house: House, desk: Callable[..., Page]) -> None:
    house.new_person(text="Only by keyboard")
    page = desk("alpha")
    page.locator("[data-case]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Only open it":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only by keyboard")).to_be_visible()


@pytest.mark.promise(14)
def test_nothing_stays_in_the_browser(house: House, desk: Callable[..., Page]) -> None:
    """P14: no cookie, no storage, no cache; a reload signs out."""
    person = house.new_person(text="Canary text")
    page = desk("alpha")
    choose(page, person)
    press(page, "Only open it")
    expect(page.get_by_text("Canary text")).to_be_visible()
    stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"
    assert page.evaluate(stored) == 0
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    assert page.context.cookies() == []
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()
    assert "Canary text" not in page.content()


def test_wrong_password_is_said(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Sign-in name").fill("alpha")
    page.get_by_label("Password").fill("not the password")
    press(page, "Sign in")
    expect(page.get_by_text("Name or password is not right.")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()


def test_ended_session_clears_the_page(house: House, desk: Callable[..., Page]) -> None:
    person = house.new_person(text="Canary text")
    page = desk("alpha")
    choose(page, person)
    press(page, "Only open it")
    expect(page.get_by_text("Canary text")).to_be_visible()
    house.clock.move(minutes=31)
    house.new_person()  # the stream looks again, and ends
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    assert "Canary text" not in page.content()


def test_unused_page_clears_itself(
    chromium: Browser, sqlite_database: Database, pocket: Pocket
) -> None:
    options = {"idle_minutes": 0.05}  # three seconds
    house = House(sqlite_database, pocket, options=options)
    house.add_colleague("alpha")
    person = house.new_person(text="Canary text")
    with serve(house) as url:
        page = chromium.new_page()
        page.goto(url)
        sign_in(page, "alpha")
        choose(page, person)
        press(page, "Only open it")
        expect(page.get_by_text("Canary text")).to_be_visible()
        expect(page.get_by_text("Keys and opened text have left")).to_be_visible(
            timeout=10_000
        )
        assert "Canary text" not in page.content()
        page.close()


def test_lost_connection_is_said_and_mended(
    house: House, desk: Callable[..., Page]
) -> None:
    house.new_person()
    page = desk("alpha")
    expect(page.get_by_text("Up to date")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("No connection", exact=True)).to_be_visible()
    expect(page.locator("[data-case]")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.get_by_text("Up to date")).to_be_visible(timeout=20_000)


def test_unsent_words_stay(house: House, desk: Callable[..., Page]) -> None:
    person = house.new_person()
    page = desk("alpha")
    choose(page, person)
    press(page, "Take this case")
    page.get_by_label("Write to the person").fill("Do not lose this")
    page.context.set_offline(True)
    press(page, "Send")
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    assert page.get_by_label("Write to the person").input_value() == "Do not lose this"
    assert house.outbox() == []


def test_first_administrator_makes_the_key(house: House, open_page: OpenPage) -> None:
    with house.database.write() as connection:
        first = house.invite(connection, "surya")
        second = house.invite(connection, "surya")
    page = open_page(path=f"/#invitation={first}")
    fill_account(page, "delta")
    press(page, "Go on")
    key = str(page.locator(".recovery-key").text_content())
    assert page.url.endswith("/")  # the invitation is not in the address any more
    page.get_by_label("To go on").fill("nope")
    press(page, "Finish")
    expect(page.get_by_text("These are not the last four")).to_be_visible()
    page.get_by_label("To go on").fill(key[-4:])
    press(page, "Finish")
    expect(page.get_by_text("No cases yet.")).to_be_visible(timeout=20_000)
    house.identities["surya"] = key
    check_recovery(house, open_page(path=f"/#invitation={second}"), key)


def check_recovery(house: House, page: Page, key: str) -> None:
    """A lost password is replaced with the recovery key, and old cases open."""
    person = house.new_person("surya", text="From before")
    fill_account(page, "delta")
    page.get_by_label("Recovery key").fill(house.identities["pag-asa"])
    press(page, "Finish")
    expect(page.get_by_text("belongs to another centre")).to_be_visible()
    page.get_by_label("Recovery key").fill(key)
    press(page, "Finish")
    expect(page.locator("[data-case]")).to_be_visible(timeout=20_000)
    choose(page, person)
    press(page, "Only open it")
    expect(page.get_by_text("From before")).to_be_visible()


def fill_account(page: Page, name: str) -> None:
    page.get_by_label("First name or alias").fill(name.title())
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)


def test_only_the_recovery_key_is_printed(house: House, open_page: OpenPage) -> None:
    with house.database.write() as connection:
        token = house.invite(connection, "surya")
    page = open_page(path=f"/#invitation={token}")
    fill_account(page, "delta")
    press(page, "Go on")
    key = page.locator(".recovery-key")
    expect(key).to_be_visible()
    page.emulate_media(media="print")
    expect(key).to_be_visible()
    expect(page.get_by_label("To go on")).to_be_hidden()


def test_case_cannot_be_printed(house: House, desk: Callable[..., Page]) -> None:
    person = house.new_person(text="Canary text")
    page = desk("alpha")
    choose(page, person)
    press(page, "Only open it")
    expect(page.get_by_text("Canary text")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Canary text")).to_be_hidden()


def test_axe_finds_nothing(house: House, open_page: OpenPage) -> None:
    person = house.new_person(urgent=True, interpreter=True, review_status="draft")
    page = open_page()
    assert axe(page) == []
    sign_in(page, "alpha")
    choose(page, person)
    assert axe(page) == []
    press(page, "Take this case")
    person.write("Hello")
    expect(page.locator("li.person")).to_be_visible()
    assert axe(page) == []
    page.locator("[data-action='erase']").click()
    assert axe(page) == []


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong, with AAA contrast among its rules."""
    page.evaluate(AXE.read_text())
    rules = {"color-contrast-enhanced": {"enabled": True}}
    found = page.evaluate("(rules) => axe.run({rules})", rules)
    return [
        f"{trouble['id']}: {node['html']}"
        for trouble in found["violations"]
        for node in trouble["nodes"]
    ]
