"""The page for every eye, hand and phone: checked by axe-core and by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.whole.browsers import (
    TO_CONTACT,
    TO_MENU,
    TO_RELAY,
    PersonPage,
    answer,
    open_desk,
    open_page,
    take_case,
)
from tests.whole.house import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NARROW = (320, 568)
TOO_WIDE = """() => {
    const wide = document.scrollingElement.scrollWidth;
    if (wide <= innerWidth) return [];
    return [...document.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1
            || e.getBoundingClientRect().left < -1)
        .map(e => e.outerHTML.slice(0, 120)).concat([`${wide} px`]);
}"""
SMALL = """() => [...document.querySelectorAll('button, summary, .call a, textarea')]
    .filter(e => e.offsetParent && !e.classList.contains('unseen'))
    .filter(e => e.getBoundingClientRect().height < 47.5)
    .map(e => e.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e))
    .filter(s => parseFloat(s.transitionDuration) > 0
        || parseFloat(s.animationDuration) > 0
        || s.scrollBehavior === 'smooth').length"""
OUTLINE = """() =>
    parseFloat(getComputedStyle(document.activeElement).outlineWidth)"""
LONG = "averyverylongwordwithoutanyspaceatallthatneverendsandgoesonandonandon"


def screens(person: PersonPage) -> Iterator[str]:
    """Walk through every kind of screen."""
    yield "first"
    person.press("go_on")
    yield "safety"
    person.press("yes", "yes")
    yield "menu"
    person.press("rights")
    yield "index"
    person.press("theme_help", "who")
    yield "card"
    person.press("more")
    yield "more"
    for name in ("numbers", "language", "stop"):
        person.control(name)
        yield name
    person.press("resume")
    person.control("menu")
    person.press(*TO_CONTACT)
    yield "contact"
    person.press("contact_call")
    person.write(LONG)
    person.press("skip", "skip")
    person.write("مرحبا 0470 " + LONG)
    yield "region"
    person.press("brussels")
    yield "centre"
    person.press("this_centre")
    yield "preview"
    person.press("confirm")
    yield "consent"
    person.press("yes", "yes", "yes")
    yield "handover"
    number = person.case_number
    person.page.locator(".choices button[value=receipt]").first.click()
    person.hears("handover.receipt", code="", case_number=number)
    yield "receipt"
    person.write("Hello " + LONG)
    yield "noted"


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong, with AAA contrast among its rules."""
    page.evaluate(AXE.read_text())
    rules = {"color-contrast-enhanced": {"enabled": True}}
    found = page.evaluate("(rules) => axe.run({rules})", rules)
    return [
        f"{trouble['id']}: {node['failureSummary']} {node['html']}"
        for trouble in found["violations"]
        for node in trouble["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_any_screen(
    house: Running, chromium: Browser, language: str
) -> None:
    person = open_page(chromium, house, language=language)
    found = {name: axe(person.page) for name in screens(person)}
    assert {name: trouble for name, trouble in found.items() if trouble} == {}
    assert len(found) >= 16
    assert person.trouble == []


def test_axe_finds_nothing_in_a_talk(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house, language="ar")
    person.press(*TO_RELAY)
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    answer(desk, "Good evening, call 078 055 800")
    expect(person.page.locator(".theirs")).to_be_visible(timeout=15_000)
    person.write("شكرا")
    assert axe(person.page) == []
    assert person.page.evaluate(TOO_WIDE) == []
    assert person.trouble == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_screen_fits_a_small_phone(
    house: Running, chromium: Browser, language: str
) -> None:
    """320 px wide, no sideways scrolling, everything large enough for a thumb."""
    person = open_page(chromium, house, language=language, size=NARROW)
    for name in screens(person):
        assert (name, person.page.evaluate(TOO_WIDE)) == (name, [])
        assert (name, person.page.evaluate(SMALL)) == (name, [])


def test_to_the_menu_by_keyboard_alone(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house)
    page = person.page
    assert _tab_to(page, person.text("button.leave"))  # the first thing reached
    for name, key in (("go_on", "Enter"), ("yes", "Space"), ("yes", "Enter")):
        assert _tab_to(page, person.text(f"button.{name}"))
        assert page.evaluate(OUTLINE) >= 3
        nonce = person.nonce
        page.keyboard.press(key)
        page.wait_for_function(
            "old => document.querySelector('[name=n]')?.value !== old", arg=nonce
        )
        # What is new is read out, and the next Tab reaches its first choice.
        assert page.evaluate("() => document.activeElement.id") == "now"
    person.hears("menu")


def _tab_to(page: Page, label: str, most: int = 8) -> bool:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.innerText.trim()") == label:
            return True
    return False


def test_without_a_connection_the_typed_words_stay(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    page = person.page
    person.press(*TO_MENU)
    page.context.set_offline(True)
    page.locator("#text").fill("can i get papers")
    page.locator("button.send").click()
    notice = page.locator("[data-offline]")
    expect(notice).to_be_visible()
    expect(notice).to_be_in_viewport()
    assert page.locator("#text").input_value() == "can i get papers"
    page.context.set_offline(False)
    page.locator("button.send").click()
    person.hears("card.residence")
    expect(page.locator("[data-offline]")).to_be_hidden()


@pytest.mark.promise(2)
def test_a_stop_does_not_wait_for_a_slow_answer(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    page = person.page
    person.press("go_on")

    def stall(route: Route) -> None:
        if "do=stop" in (route.request.post_data or ""):
            route.continue_()
        # Else the line is so slow that nothing ever comes.

    page.route(house.chat, stall)
    page.locator("main .choices button").first.click()
    expect(page.locator("[data-sending]")).to_be_visible()
    page.locator("nav button[value=stop]").click()
    person.hears("stop.done")


def test_nothing_moves_where_motion_disturbs(house: Running, chromium: Browser) -> None:
    context = chromium.new_context(reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    page.goto(house.chat)
    assert page.evaluate(MOVING) == 0


def test_the_field_for_a_code_opens_with_enter(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    person.page.locator("summary").click()
    person.page.locator("#code").fill("AAAA-BBBB-CCCC-DDDD")
    person.page.keyboard.press("Enter")
    person.hears("receipt.unknown")


def test_the_field_says_when_nobody_reads_any_more(
    house: Running, chromium: Browser
) -> None:
    """After the hand-back typed words go to the machine: the label must not lie."""
    person = open_page(chromium, house)
    person.press(*TO_RELAY)
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    answer(desk, "Back tomorrow")
    expect(person.page.locator(".theirs")).to_be_visible(timeout=15_000)
    label = person.page.locator("label[for=text]")
    expect(label).to_have_text(person.text("web.write_live"))
    person.page.locator("#text").fill("half a sen")
    desk.locator("[data-action='hand-back']").click()
    desk.get_by_role("button", name="Hand back", exact=True).click()
    person.hears("relay.handed_back")
    expect(label).to_have_text(person.text("web.write"))
    assert person.page.locator("#text").input_value() == "half a sen"
    expect(person.page.locator(".theirs")).to_contain_text("Back tomorrow")
